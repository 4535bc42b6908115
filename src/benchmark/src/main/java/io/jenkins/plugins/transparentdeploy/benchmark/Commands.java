package io.jenkins.plugins.transparentdeploy.benchmark;

import java.io.File;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Runs what somebody would type. */
final class Commands {
    private Commands() {}

    /** Whether a program is on the {@code PATH}. */
    static boolean isInstalled(String program) {
        return Stream.of(System.getenv("PATH").split(File.pathSeparator))
                .anyMatch(entry -> Files.isExecutable(Path.of(entry, program)));
    }

    /**
     * Runs a command to its end.
     *
     * @return what it printed
     * @throws IOException if it failed, with what it said
     */
    static String run(List<String> command, Path directory, Map<String, String> environment) throws IOException {
        return new Running(command, directory, environment).finish();
    }

    /** Runs a shell script to its end, which fails where any of its commands does. */
    static String shell(String script, Path directory, Map<String, String> environment) throws IOException {
        return run(List.of("bash", "-e", "-o", "pipefail", "-c", script), directory, environment);
    }

    static void pause(long millis) throws IOException {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("Interrupted");
        }
    }

    /** One that runs. */
    static final class Running {
        private final List<String> command;
        private final Path output;
        private final Process process;

        Running(List<String> command, Path directory, Map<String, String> environment) throws IOException {
            this.command = command;
            this.output = Files.createTempFile(directory, "command", ".log");
            ProcessBuilder builder = new ProcessBuilder(command)
                    .directory(directory.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile());
            builder.environment().put("LC_ALL", "C.UTF-8");
            builder.environment().putAll(environment);
            process = builder.start();
        }

        boolean isRunning() {
            return process.isAlive();
        }

        String finish() throws IOException {
            try {
                int code = process.waitFor();
                String said = Files.readString(output);
                if (code != 0) {
                    throw new IOException(String.join(" ", command) + " ended with " + code + ": "
                            + said.substring(Math.max(0, said.length() - 2000)));
                }
                return said;
            } catch (InterruptedException e) {
                process.destroy();
                Thread.currentThread().interrupt();
                throw new InterruptedIOException("Interrupted while " + command.get(0) + " ran");
            }
        }
    }
}
