package io.jenkins.plugins.transparentdeploy.agent;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import jenkins.agents.ControllerToAgentCallable;

/** The last decision about an environment: a line of JSON, or nothing if nobody ever decided. Reads no more than needed. */
record ReadFreeze(@CheckForNull String stateDirectory, String service, String environment)
        implements ControllerToAgentCallable<String, IOException> {
    private static final int LIMIT = 64 * 1024;

    @Override
    public String call() throws IOException {
        Path file = AgentPaths.stateDirectory(stateDirectory)
                .resolve("services")
                .resolve(service)
                .resolve(environment)
                .resolve("freezes.jsonl");
        if (!Files.exists(file)) {
            return "";
        }
        try (RandomAccessFile freezes = new RandomAccessFile(file.toFile(), "r")) {
            byte[] end = new byte[(int) Math.min(LIMIT, freezes.length())];
            freezes.seek(freezes.length() - end.length);
            freezes.readFully(end);
            String text = new String(end, StandardCharsets.UTF_8);
            // A line without its end was not finished: nobody was told of it.
            return text.substring(0, text.lastIndexOf('\n') + 1)
                    .lines()
                    .filter(line -> !line.isBlank())
                    .reduce((first, second) -> second)
                    .orElse("");
        }
    }
}
