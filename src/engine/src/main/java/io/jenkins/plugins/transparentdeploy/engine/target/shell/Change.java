package io.jenkins.plugins.transparentdeploy.engine.target.shell;

import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A change that was begun on a host, or refused there. Closing it removes what it left, if it can. */
final class Change implements Closeable {
    private final HostReleases releases;
    private final String token;
    private final HostFacts facts;
    private boolean over;

    /** @param token its name on the host */
    Change(HostReleases releases, String token, HostFacts facts) {
        this.releases = releases;
        this.token = token;
        this.facts = facts;
        this.over = !facts.begun();
    }

    String token() {
        return token;
    }

    /** What was there when it was begun. */
    HostFacts facts() {
        return facts;
    }

    /**
     * Gives the tree that was filled its name, if there is one, and then switches the link, unless somebody else has.
     *
     * @param name of the release directory, empty for none
     * @param label what is written beside it
     * @param link what {@code current} is to say; empty for no link
     */
    void commit(String name, String label, Optional<String> link) throws IOException {
        releases.forget();
        byte[] said = releases.directory()
                .ask(
                        HostScript.COMMIT,
                        List.of(
                                token,
                                name,
                                label,
                                link.orElse(""),
                                facts.rename(),
                                facts.link().orElse("")));
        over = true;
        String expected = link.map(destination -> "link=" + destination + '\0').orElse("");
        if (!new String(said, StandardCharsets.UTF_8).equals(expected)) {
            throw new IOException(releases.directory().place("current")
                    + " was switched, but somebody switched it to something else");
        }
    }

    /** Removes these releases, unless somebody else has switched the link. */
    void remove(List<String> names) throws IOException {
        releases.forget();
        List<String> arguments =
                new ArrayList<>(List.of(token, facts.rename(), facts.link().orElse("")));
        arguments.addAll(names);
        releases.directory().ask(HostScript.REMOVE, arguments);
        over = true;
    }

    @Override
    public void close() {
        if (!over) {
            try {
                remove(List.of());
            } catch (IOException | RuntimeException unreachable) {
                // The next change removes it.
            }
        }
    }
}
