package io.jenkins.plugins.transparentdeploy.agent;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/** The end of a run, as {@code result.json} tells it. */
public final class RunResult {
    private static final ObjectMapper MAPPER = ExactJson.MAPPER;

    private final JsonNode content;

    private RunResult(JsonNode content) {
        this.content = content;
    }

    static RunResult parse(String json) {
        if (json.length() > ReadRun.LARGEST_RESULT) {
            return error(Messages.RunResult_TooLong(json.length()));
        }
        try {
            RunResult result = new RunResult(MAPPER.readTree(json));
            // Half a character can be spelled in JSON, and be written to no file.
            return StandardCharsets.UTF_8.newEncoder().canEncode(result.toString())
                    ? result
                    : error(Messages.RunResult_NoText());
        } catch (JsonProcessingException e) {
            return error(Messages.RunResult_NoJson(HostText.of(e.getOriginalMessage(), HostText.NAME)));
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
        return HostText.of(content.path("message").asText(Messages.RunResult_NoReason()), HostText.SENTENCE);
    }

    /** The same in other words. */
    public RunResult saying(String message) {
        ObjectNode said = content.deepCopy();
        return new RunResult(said.put("message", message));
    }

    /** The same, without what it tells of a release. */
    public RunResult withoutRelease() {
        ObjectNode told = content.deepCopy();
        return new RunResult(told.without(List.of("release", "releaseDirectory")));
    }

    /** The same, for a reason as a host tells it. */
    RunResult because(JsonNode refusal) {
        ObjectNode told = content.deepCopy();
        return new RunResult(told.set("refusal", refusal));
    }

    /** Why it was not done, where that has a cure of its own in Jenkins. */
    public Optional<Refusal> refusal() {
        return part("refusal").map(Refusal::of);
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
