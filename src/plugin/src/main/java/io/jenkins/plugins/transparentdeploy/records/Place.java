package io.jenkins.plugins.transparentdeploy.records;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import edu.umd.cs.findbugs.annotations.CheckForNull;
import io.jenkins.plugins.transparentdeploy.agent.HostKey;
import io.jenkins.plugins.transparentdeploy.agent.RunRequest;
import java.util.Objects;

/**
 * Where a service lives.
 *
 * @param node name of the node; empty for the built-in one
 * @param stateDirectory null for the node's default
 * @param hostKey what its hosts are reached with; null if no Jenkinsfile named one
 * @param before where it lives again should what is being released here be taken back; null if that is here
 */
public record Place(
        String node, @CheckForNull String stateDirectory, @CheckForNull HostKey hostKey, @CheckForNull Place before) {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    Place(String node, @CheckForNull String stateDirectory, @CheckForNull HostKey hostKey) {
        this(node, stateDirectory, hostKey, null);
    }

    /** As what came of a request shows it: a release that was taken back leaves the service where it was. */
    static Place after(RunRequest request, ReleaseSummary end, @CheckForNull Place known) {
        Place here = after(request, known);
        if (known == null || end.tookEffect()) {
            return here;
        }
        Place home = known.before == null ? known : known.before;
        if (end.leftAllAsItWas()) {
            return here.isWhere(home) ? here : home;
        }
        return here.isWhere(home) ? here : new Place(here.node, here.stateDirectory, here.hostKey, home);
    }

    /**
     * As a request shows it. Only one that releases decides about the key, for whoever else asks may not have known it.
     *
     * @param before null if nothing was known
     */
    private static Place after(RunRequest request, @CheckForNull Place before) {
        boolean decides =
                before == null || before.hostKey == null || request.command().equals("deploy");
        return new Place(request.node(), request.stateDirectory(), decides ? request.hostKey() : before.hostKey);
    }

    /** Whether it is the same directory of the same node. */
    boolean isWhere(Place other) {
        return node.equals(other.node) && Objects.equals(stateDirectory, other.stateDirectory);
    }

    static Place parse(JsonNode json) {
        JsonNode key = json.path("sshCredentials");
        return new Place(
                json.path("node").asText(),
                json.path("stateDirectory").textValue(),
                key.isObject()
                        ? new HostKey(
                                key.path("id").asText(),
                                JobRenames.now(
                                        key.path("job").asText(),
                                        key.path("renames").asInt()),
                                key.path("user").textValue())
                        : null,
                json.path("before").isObject() ? parse(json.path("before")) : null);
    }

    String toJson() {
        return json().toString();
    }

    private ObjectNode json() {
        ObjectNode json = MAPPER.createObjectNode().put("node", node).put("stateDirectory", stateDirectory);
        if (hostKey != null) {
            json.putObject("sshCredentials")
                    .put("id", hostKey.credentialsId())
                    .put("job", hostKey.jobName())
                    .put("renames", JobRenames.count())
                    .put("user", hostKey.user());
        }
        if (before != null) {
            json.set("before", before.json());
        }
        return json;
    }

    /** The same after an agent got another name. */
    Place withNodeRenamed(String oldName, String newName) {
        return new Place(
                node.equals(oldName) ? newName : node,
                stateDirectory,
                hostKey,
                before == null ? null : before.withNodeRenamed(oldName, newName));
    }
}
