package io.jenkins.plugins.transparentdeploy.agent;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.logging.Level;
import java.util.logging.Logger;

/** One short call of {@code tdeploy} on the machine this runs on, with the Java that runs the agent. */
final class TdeployProcess {
    private static final Logger LOGGER = Logger.getLogger(TdeployProcess.class.getName());

    /** Starting a JVM on a machine under load takes seconds, not minutes. */
    private static final long LIMIT_SECONDS = 120;

    /** In bytes; a preview of a thousand instances takes a tenth of it. */
    private static final int LONGEST_ANSWER = 32 * 1024 * 1024;

    /** Somebody waits for the answer: what pays off in long-running processes only is off. */
    private static final List<String> QUICK_START =
            List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xshare:auto");

    /** @param output standard output and standard error together; the answer is its last line that is JSON */
    record Answer(int exitCode, String output) {
        String json() {
            return output.lines()
                    .filter(line -> line.startsWith("{"))
                    .reduce((first, second) -> second)
                    .orElse("");
        }
    }

    private TdeployProcess() {}

    static Answer call(String jar, List<String> arguments, String input) throws IOException {
        return call(jar, arguments, input, Variables.none());
    }

    /**
     * @param arguments of tdeploy; never a secret, for every user of the machine can see them
     * @param input what it gets on its standard input
     * @param variables added to its environment
     * @throws IOException if it cannot be started or does not answer in two minutes
     */
    static Answer call(String jar, List<String> arguments, String input, Variables variables) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(QUICK_START);
        command.addAll(classArchive(jar));
        command.addAll(List.of("-Dfile.encoding=UTF-8", "-jar", jar));
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        prepare(builder.environment());
        variables.putInto(builder.environment());
        Process process = builder.start();
        try {
            FutureTask<Answer> answer = new FutureTask<>(() -> converse(process, input));
            Thread reader = new Thread(answer, "tdeploy " + arguments.get(0));
            reader.setDaemon(true);
            reader.start();
            return answer.get(LIMIT_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            throw new IOException(
                    "tdeploy gave no answer within " + LIMIT_SECONDS + " s. Look at the load of this agent.", e);
        } catch (ExecutionException e) {
            throw new IOException(
                    "tdeploy could not be talked to: " + e.getCause().getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("Interrupted while waiting for tdeploy", e);
        } finally {
            process.destroyForcibly();
        }
    }

    /** What makes it start faster once {@link #archiveClasses} is through; the JVM checks that it fits. */
    private static List<String> classArchive(String jar) {
        Path archive = Path.of(jar.substring(0, jar.lastIndexOf('.')) + ".jsa");
        return Files.isReadable(archive)
                ? List.of("-XX:SharedArchiveFile=" + archive, "-Xlog:disable", "-Xlog:all=warning:stderr")
                : List.of();
    }

    /** Lets later calls start faster; nobody waits for it, and nothing depends on it. */
    static void archiveClasses(String jar) {
        ProcessBuilder builder = new ProcessBuilder(
                        "nice",
                        "-n",
                        "19",
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-jar",
                        jar,
                        "archive-classes")
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD);
        prepare(builder.environment());
        try {
            builder.start().getOutputStream().close();
        } catch (IOException e) {
            LOGGER.log(Level.FINE, e, () -> "no archive of the classes of " + jar);
        }
    }

    private static Answer converse(Process process, String input) throws IOException, InterruptedException {
        try (OutputStream stdin = process.getOutputStream()) {
            stdin.write(input.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            LOGGER.log(Level.FINE, "tdeploy ended before it had read what it was asked; what it printed says why", e);
        }
        String output;
        try (InputStream printed = process.getInputStream()) {
            output = new String(printed.readNBytes(LONGEST_ANSWER), StandardCharsets.UTF_8);
        }
        return new Answer(process.waitFor(), output);
    }

    /** What Jenkins marks its processes with must not be inherited: Jenkins ends whatever carries it. */
    private static void prepare(Map<String, String> environment) {
        environment.keySet().removeIf(name -> name.endsWith("COOKIE") || name.equals("BUILD_ID"));
        environment.put("LC_ALL", "C.UTF-8");
    }
}
