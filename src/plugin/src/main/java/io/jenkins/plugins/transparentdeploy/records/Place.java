package io.jenkins.plugins.transparentdeploy.records;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import edu.umd.cs.findbugs.annotations.CheckForNull;
import io.jenkins.plugins.transparentdeploy.agent.HostKey;
import io.jenkins.plugins.transparentdeploy.agent.RunRequest;

/**
 * Where a service lives.
 *
 * @param node name of the node; empty for the built-in one
 * @param stateDirectory null for the node's default
 * @param hostKey what its hosts are reached with; null if no Jenkinsfile named one
 */
public record Place(String node, @CheckForNull String stateDirectory, @CheckForNull HostKey hostKey) {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    /**
     * As a request shows it. Only one that releases decides about the key, for whoever else asks may not have known it.
     *
     * @param before null if nothing was known
     */
    static Place after(RunRequest request, @CheckForNull Place before) {
        boolean decides =
                before == null || before.hostKey == null || request.command().equals("deploy");
        return new Place(request.node(), request.stateDirectory(), decides ? request.hostKey() : before.hostKey);
    }

    static Place parse(JsonNode json) {
        JsonNode key = json.path("sshCredentials");
        return new Place(
                json.path("node").asText(),
                json.path("stateDirectory").textValue(),
                key.isObject()
                        ? new HostKey(
                                key.path("id").asText(),
                                key.path("job").asText(),
                                key.path("user").textValue())
                        : null);
    }

    String toJson() {
        ObjectNode json = MAPPER.createObjectNode().put("node", node).put("stateDirectory", stateDirectory);
        if (hostKey != null) {
            json.putObject("sshCredentials")
                    .put("id", hostKey.credentialsId())
                    .put("job", hostKey.jobName())
                    .put("user", hostKey.user());
        }
        return json.toString();
    }
}
