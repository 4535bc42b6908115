package io.jenkins.plugins.transparentdeploy.records;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.model.Run;
import io.jenkins.plugins.transparentdeploy.agent.RunRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/** A release record as hosts write them, for a history that was never released. */
public final class GeneratedRelease {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final DateTimeFormatter ID_TIME =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmssSSS'Z'").withZone(ZoneOffset.UTC);
    private static final Instant FIRST = Instant.parse("2026-01-01T00:00:00Z");

    private final ObjectNode content = MAPPER.createObjectNode();

    /** @param number the later the release, the higher */
    public GeneratedRelease(String service, String environment, int number) {
        Instant at = FIRST.plusSeconds(600L * number);
        ObjectNode release = content.putObject("release");
        release.put("schema", 1)
                .put("id", ID_TIME.format(at) + String.format("-%08x", number))
                .put("kind", "DEPLOYMENT")
                .put("service", service)
                .put("environment", environment)
                .put("version", "1." + number)
                .put("commit", String.format("%040x", number))
                .put("strategy", "rolling")
                .put("held", false);
        release.putObject("actor").put("who", "ada").put("via", "jenkins");
        release.putObject("instances")
                .putObject("a")
                .put("manifest", "m" + number)
                .put("contentRoot", "c" + number);
        release.putObject("delta")
                .put("created", 1)
                .put("updated", 2)
                .put("deleted", 3)
                .put("bytes", 4);
        ArrayNode checks = release.putObject("smokeTest").putArray("results");
        for (int check = 0; check < 4; check++) {
            checks.addObject()
                    .put("name", "check " + check)
                    .put("passed", true)
                    .put("detail", "200 in 12 ms")
                    .put("sent", "GET / HTTP/1.1")
                    .put("received", "x".repeat(500))
                    .put("took", "PT0.012S");
        }
        states(at, "PREPARED", "DEPLOYING", "SUCCEEDED");
    }

    /** Its states, a second apart, the last one the one it is in. */
    public GeneratedRelease states(String... names) {
        return states(Instant.parse(release().path("states").path(0).path("at").asText()), names);
    }

    private GeneratedRelease states(Instant first, String... names) {
        ArrayNode states = release().putArray("states");
        for (int index = 0; index < names.length; index++) {
            states.addObject()
                    .put("state", names[index])
                    .put("at", first.plusSeconds(index).toString())
                    .put("reason", "");
        }
        return this;
    }

    public GeneratedRelease with(String name, String value) {
        release().put(name, value);
        return this;
    }

    /** All of its states, as whatever a host says of the time. */
    public GeneratedRelease at(String time) {
        release().withArray("states").forEach(state -> ((ObjectNode) state).put("at", time));
        return this;
    }

    public GeneratedRelease rollbackTo(GeneratedRelease restored) {
        with("kind", "ROLLBACK").with("restores", restored.id()).with("version", restored.version());
        return states("PREPARED", "ROLLING_BACK", "ROLLED_BACK");
    }

    public GeneratedRelease builtBy(String job, int build) {
        content.putObject("build").put("job", job).put("number", build);
        return this;
    }

    public String id() {
        return release().path("id").asText();
    }

    public String version() {
        return release().path("version").asText();
    }

    public ObjectNode release() {
        return (ObjectNode) content.path("release");
    }

    ObjectNode toJson() {
        return content;
    }

    /** Into the home of a Jenkins that does not run yet, or into the directory of a history. */
    public Path writeTo(Path history) throws IOException {
        Path releases = Files.createDirectories(history.resolve("releases"));
        return Files.writeString(releases.resolve(id() + ".json"), content.toPrettyString());
    }

    /** As if this Jenkins had just heard of it from the built-in node. */
    public GeneratedRelease remember() throws IOException {
        HistoryEntry entry = new HistoryEntry(content.deepCopy());
        ReleaseHistory.of(entry.getService(), entry.getEnvironment()).record(new RunRequest("deploy", "", null), entry);
        return this;
    }

    /** As if a build had made it, on whose page it stands then. */
    public GeneratedRelease remember(Run<?, ?> build, String message) throws IOException {
        builtBy(build.getParent().getFullName(), build.getNumber()).remember();
        HistoryEntry entry = new HistoryEntry(content.deepCopy());
        ReleaseEntry release = new ReleaseEntry(id(), entry.getService(), entry.getEnvironment(), "", null);
        release.update(entry, message, null);
        ReleaseAction.of(build).put(release);
        return this;
    }

    /** As if a build had made it and archived its content. */
    public GeneratedRelease remember(Run<?, ?> build) throws IOException {
        Path archive = build.getRootDir().toPath().resolve("archive/release").resolve(id());
        Files.writeString(Files.createDirectories(archive).resolve("content.pack"), "of " + id());
        return remember(build, "");
    }

    /**
     * What was found on a host.
     *
     * @param problem null if the instance there has what it should have
     */
    public GeneratedRelease on(String instance, String host, @CheckForNull String problem) {
        String root = "0123456789abcdef".repeat(4);
        release()
                .withObject("/convergence")
                .put("at", release().path("states").path(0).path("at").asText())
                .withArray("instances")
                .addObject()
                .put("instance", instance)
                .put("host", host)
                .put("expected", root)
                .put("found", problem == null ? root : null)
                .put("reason", problem);
        return this;
    }
}
