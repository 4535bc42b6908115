package io.jenkins.plugins.transparentdeploy.demo;

import com.fasterxml.jackson.databind.JsonNode;
import io.jenkins.plugins.transparentdeploy.engine.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Runs {@code tdeploy} the way a CI job does: as a process that prints JSON lines. */
public record Tdeploy(Path jar, Path stateDirectory) {

    /** Runs a command; events go to the watcher, the result (its last line) is returned. */
    public JsonNode run(Consumer<JsonNode> watcher, String... arguments) throws IOException, InterruptedException {
        Process process = start(arguments);
        JsonNode last = null;
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                JsonNode node = Json.MAPPER.readTree(line);
                if (node.has("outcome")) {
                    last = node;
                } else {
                    watcher.accept(node);
                }
            }
        }
        int exitCode = process.waitFor();
        if (last == null) {
            throw new IOException("tdeploy " + String.join(" ", arguments) + " ended with exit code " + exitCode
                    + " and said nothing");
        }
        return last;
    }

    /** Starts a command and lets it run. */
    public Process start(String... arguments) throws IOException {
        return new ProcessBuilder(command(arguments))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    /** What starts a command. */
    public List<String> command(String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-XX:-UsePerfData"));
        command.addAll(archived());
        command.addAll(List.of("-jar", jar.toString()));
        command.addAll(List.of(arguments));
        command.addAll(List.of("--json", "--state-dir", stateDirectory.toString()));
        return command;
    }

    /** As {@code ./tdeploy} does it: with an archive of classes, once there is one. */
    private List<String> archived() {
        Path archive = jar.resolveSibling(jar.getFileName().toString().replaceFirst("\\.jar$", ".jsa"));
        return Files.exists(archive)
                ? List.of("-XX:SharedArchiveFile=" + archive, "-Xlog:disable", "-Xlog:all=warning:stderr")
                : List.of();
    }
}
