package io.jenkins.plugins.transparentdeploy.engine.storage;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Starts another Java process with this one's class path, so that a death is a real one. */
public final class ChildJvm {
    private ChildJvm() {}

    /** Starts a main class; its standard output can be read, its errors come out with the test's. */
    public static Process start(Class<?> main, List<String> arguments) {
        return start(main, List.of(), arguments);
    }

    /** As {@link #start(Class, List)}. @param options of the JVM, which win over those that it always gets */
    public static Process start(Class<?> main, List<String> options, List<String> arguments) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xmx128m",
                "-Dsun.jnu.encoding=UTF-8",
                "-cp",
                System.getProperty("java.class.path")));
        command.addAll(options);
        command.add(main.getName());
        command.addAll(arguments);
        try {
            ProcessBuilder builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
            builder.environment().put("LC_ALL", "C.UTF-8");
            return builder.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Ends this process here and now, as {@code kill -9} from outside would: nothing is flushed, no hook runs. */
    public static void killItself() {
        try {
            new ProcessBuilder(
                            "kill", "-9", Long.toString(ProcessHandle.current().pid()))
                    .start()
                    .waitFor();
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
        throw new IllegalStateException("still alive");
    }
}
