package io.jenkins.plugins.transparentdeploy.engine.target.shell;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.stream.Collectors;

/** What is run on the host: one script for each kind of exchange. */
enum HostScript {
    /** Tells what is there; with a token, it begins a change. */
    LOOK(Duration.ofMinutes(30)),
    /** Tells all of a tree. */
    LIST(Duration.ofMinutes(30)),
    /** Gives the contents of files. */
    FETCH(Duration.ofHours(4)),
    /** Computes the digests of some releases. */
    DIGESTS(Duration.ofMinutes(30)),
    /** Makes the tree of a new release. */
    FILL(Duration.ofHours(4)),
    /** Gives a tree its name, and switches the link. */
    COMMIT(Duration.ofMinutes(10)),
    /** Removes releases, and ends a change. */
    REMOVE(Duration.ofMinutes(10));

    private final Duration timeout;
    private final String text;

    HostScript(Duration timeout) {
        this.timeout = timeout;
        this.text = read("common") + read(name().toLowerCase(Locale.ROOT));
    }

    /** How long it may take: reading or writing gigabytes on a slow disk, through a slow line. */
    Duration timeout() {
        return timeout;
    }

    /** Without comments and indentation, for it is sent each time. */
    String text() {
        return text;
    }

    private static String read(String name) {
        try (InputStream script = HostScript.class.getResourceAsStream(name + ".sh")) {
            return new String(script.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .map(String::strip)
                    .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                    .collect(Collectors.joining("\n", "", "\n"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
