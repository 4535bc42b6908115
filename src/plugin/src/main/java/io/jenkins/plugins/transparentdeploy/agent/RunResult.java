package io.jenkins.plugins.transparentdeploy.agent;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;

/** The end of a run, as {@code result.json} tells it. */
public final class RunResult {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final JsonNode content;

    private RunResult(JsonNode content) {
        this.content = content;
    }

    static RunResult parse(String json) {
        try {
            return new RunResult(MAPPER.readTree(json));
        } catch (JsonProcessingException e) {
            return error("tdeploy ended with a result that is not JSON: " + e.getOriginalMessage());
        }
    }

    /** The end of a request that is not fulfilled; nothing was touched, or what was is as it was. */
    public static RunResult refused(String message) {
        return of(Outcome.REFUSED, 2, message);
    }

    static RunResult error(String message) {
        return of(Outcome.ERROR, 3, message);
    }

    private static RunResult of(Outcome outcome, int exitCode, String message) {
        ObjectNode content = MAPPER.createObjectNode();
        return new RunResult(
                content.put("exitCode", exitCode).put("outcome", outcome.name()).put("message", message));
    }

    public Outcome outcome() {
        return Outcome.of(content.path("outcome").asText());
    }

    /** One sentence for people. */
    public String message() {
        return content.path("message").asText("tdeploy gave no reason");
    }

    /** The release record after the run. */
    public Optional<JsonNode> release() {
        return part("release");
    }

    public Optional<JsonNode> rollbackPoint() {
        return part("rollbackPoint");
    }

    public Optional<JsonNode> smokeTest() {
        return part("smokeTest");
    }

    /** What a scaling rule decided, and by now is so: {@code active} before, {@code desired} now, {@code reason}. */
    public Optional<JsonNode> scaling() {
        return part("scaling");
    }

    /** Absolute path on the agent of the directory whose content is to be archived. */
    public Optional<String> releaseDirectory() {
        return part("releaseDirectory").map(JsonNode::asText);
    }

    /** Absolute path on the agent of the JUnit report of a smoke test that ran by itself. */
    public Optional<String> smokeTestsFile() {
        return part("smokeTestsFile").map(JsonNode::asText);
    }

    /** The newest record of the host's journal, as {@code NUMBER:HASH}; hosts of earlier versions tell only the hash. */
    public Optional<String> journalHead() {
        return part("journalHead").map(JsonNode::asText);
    }

    private Optional<JsonNode> part(String name) {
        JsonNode part = content.path(name);
        return part.isMissingNode() || part.isNull() ? Optional.empty() : Optional.of(part);
    }

    @Override
    public String toString() {
        return content.toString();
    }
}
