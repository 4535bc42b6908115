package io.jenkins.plugins.transparentdeploy.engine.target.ansible;

import io.jenkins.plugins.transparentdeploy.engine.snapshot.ContentId;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/**
 * What was written down of hosts before a release.
 *
 * @param instance the instance that it was for
 * @param files what of it are files, sorted by path
 * @param facts what commands said, by host and by name
 */
public record Captured(String instance, List<CapturedFile> files, Map<String, Map<String, String>> facts) {
    /** Of what is said, this much is in a record; the rollback playbook finds all of it. */
    private static final int LONGEST_FACT = 500;

    private static final int MOST_FILES = 1_000;

    public Captured {
        files = files == null ? List.of() : List.copyOf(files);
        facts = facts == null ? Map.of() : Collections.unmodifiableMap(new TreeMap<>(facts));
    }

    /**
     * A file.
     *
     * @param path below what was written down, as {@code web1/etc/shop.conf}
     * @param size in bytes
     * @param content the SHA-256 of its bytes; they are in the store
     */
    public record CapturedFile(String path, long size, ContentId content) {}

    /** The same for a record: without secrets, and not longer than people read. */
    public Captured shortened(UnaryOperator<String> scrub) {
        Map<String, Map<String, String>> shorter = new TreeMap<>();
        facts.forEach((host, said) -> {
            Map<String, String> ofHost = new TreeMap<>();
            said.forEach((name, value) -> ofHost.put(name, cut(scrub.apply(value))));
            shorter.put(host, ofHost);
        });
        return new Captured(instance, files.subList(0, Math.min(MOST_FILES, files.size())), shorter);
    }

    /** Shown on terminals, which what a host says must not steer. */
    private static String cut(String said) {
        String text = said.replaceAll("[\\p{Cntrl}&&[^\n]]", " ");
        return text.length() <= LONGEST_FACT ? text : text.substring(0, LONGEST_FACT) + "…";
    }
}
