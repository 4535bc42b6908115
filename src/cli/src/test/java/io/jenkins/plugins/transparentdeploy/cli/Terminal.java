package io.jenkins.plugins.transparentdeploy.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.jenkins.plugins.transparentdeploy.engine.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs {@code tdeploy} as a process, as a shell would. */
final class Terminal {
    private final Path directory;

    Terminal(Path directory) {
        this.directory = directory;
    }

    /** What can be released: for each version a directory, with a file {@code app} that says which it is. */
    void artifacts(String... versions) throws IOException {
        for (String version : versions) {
            Files.writeString(
                    Files.createDirectories(directory.resolve(version)).resolve("app"), version);
        }
    }

    /** What a command printed, and how it ended. */
    record Output(int exitCode, String out, String err) {
        /** The last line, as JSON. */
        JsonNode json() throws IOException {
            List<String> lines = out.lines().toList();
            return Json.MAPPER.readTree(lines.get(lines.size() - 1));
        }
    }

    Output tdeploy(String... arguments) throws IOException, InterruptedException {
        return tdeploy("", arguments);
    }

    Output tdeploy(String input, String[] arguments) throws IOException, InterruptedException {
        Process process = start(arguments);
        try (var stdin = process.outputWriter(StandardCharsets.UTF_8)) {
            stdin.write(input);
        }
        if (!process.waitFor(120, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new IOException("tdeploy " + List.of(arguments) + " did not end");
        }
        return new Output(
                process.exitValue(),
                Files.readString(directory.resolve("stdout")),
                Files.readString(directory.resolve("stderr")));
    }

    Process start(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectOutput(directory.resolve("stdout").toFile())
                .redirectError(directory.resolve("stderr").toFile());
        builder.environment()
                .put("TDEPLOY_STATE_DIR", directory.resolve("state").toString());
        builder.environment().put("LC_ALL", "C.UTF-8");
        return builder.start();
    }
}
