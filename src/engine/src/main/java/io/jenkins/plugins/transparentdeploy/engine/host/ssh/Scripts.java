package io.jenkins.plugins.transparentdeploy.engine.host.ssh;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What a host's shell is asked: the scripts beside this class, without their comments. */
final class Scripts {
    static final String OPEN = of("open");
    static final String RUN = of("processes", "command", "run");
    static final String START = of("processes", "command", "start");
    static final String FIND = of("processes", "find");
    static final String STOP = of("processes", "stop");
    static final String FILES = of("files");

    private Scripts() {}

    private static String of(String... parts) {
        return Stream.of(parts).map(Scripts::read).collect(Collectors.joining("\n"));
    }

    private static String read(String name) {
        try (InputStream stream = Scripts.class.getResourceAsStream(name + ".sh")) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.isBlank() && !line.stripLeading().startsWith("#"))
                    .collect(Collectors.joining("\n"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
