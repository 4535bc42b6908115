package io.jenkins.plugins.transparentdeploy.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** This program in a JVM of its own. */
final class JavaCommand {
    /** For what is over soon: what pays off in long-running processes only is off. */
    static final List<String> QUICK_START =
            List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:-UsePerfData", "-Xmx256m");

    /** So that file names survive. */
    private static final List<String> ENCODING = List.of("-Dfile.encoding=UTF-8", "-Dsun.jnu.encoding=UTF-8");

    private JavaCommand() {}

    /** @param arguments of {@code tdeploy} */
    static List<String> of(List<String> options, String classPath, List<String> arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options);
        command.addAll(ENCODING);
        command.addAll(List.of("-cp", classPath, Main.class.getName()));
        command.addAll(arguments);
        return command;
    }

    /**
     * Runs it to its end.
     *
     * @param log where its output goes
     * @throws IOException if it failed, with what it said last
     */
    static void run(List<String> options, String classPath, List<String> arguments, Path log)
            throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(of(options, classPath, arguments))
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        builder.environment().put("LC_ALL", "C.UTF-8");
        Process process = builder.start();
        try {
            int exitCode = process.waitFor();
            if (exitCode != 0) {
                List<String> said = Files.readAllLines(log);
                throw new IOException("java ended with " + exitCode + ": "
                        + String.join(" ", said.subList(Math.max(0, said.size() - 3), said.size())));
            }
        } finally {
            process.destroy();
        }
    }
}
