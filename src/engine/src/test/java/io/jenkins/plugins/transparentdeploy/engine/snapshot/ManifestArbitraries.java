package io.jenkins.plugins.transparentdeploy.engine.snapshot;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;

/** Trees of every shape over few names, so that two of them collide in every way: changed, retyped, nested, gone. */
public final class ManifestArbitraries {
    private static final List<String> CONTENTS = List.of("", "one", "two", "a longer content ".repeat(50));

    private ManifestArbitraries() {}

    /** What a content id in these manifests stands for. */
    public static List<String> contents() {
        return CONTENTS;
    }

    public static Arbitrary<Manifest> manifests() {
        return entries().list().ofMaxSize(25).map(ManifestArbitraries::consistent);
    }

    private static Arbitrary<ManifestEntry> entries() {
        Arbitrary<String> path = Arbitraries.of("a", "b", "-", "ä b", "z.")
                .list()
                .ofMinSize(1)
                .ofMaxSize(4)
                .map(names -> String.join("/", names));
        Arbitrary<FileMode> fileMode = Arbitraries.of("0644", "0755", "0400").map(FileMode::parse);
        Arbitrary<FileMode> directoryMode =
                Arbitraries.of("0755", "0555", "0700", "0500").map(FileMode::parse);
        Arbitrary<Instant> time = Arbitraries.of(
                Instant.parse("2026-11-21T10:00:00.123456789Z"),
                Instant.parse("2001-02-03T04:05:06Z"),
                Instant.parse("2040-01-01T00:00:00.000000001Z"));
        Arbitrary<ManifestEntry> files = Combinators.combine(path, fileMode, time, Arbitraries.of(CONTENTS))
                .as((where, mode, when, content) -> {
                    byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
                    return new FileEntry(where, mode, when, Owner.UNKNOWN, bytes.length, ContentId.of(bytes));
                });
        Arbitrary<ManifestEntry> directories = Combinators.combine(path, directoryMode)
                .as((where, mode) -> new DirectoryEntry(where, mode, Owner.UNKNOWN));
        Arbitrary<ManifestEntry> links = Combinators.combine(path, Arbitraries.of("a", "../b", "/nowhere"))
                .as(SymlinkEntry::new);
        return Arbitraries.frequencyOf(Tuple.of(4, files), Tuple.of(3, directories), Tuple.of(1, links));
    }

    /** Of what contradicts, the first wins; missing parents become directories. */
    private static Manifest consistent(List<ManifestEntry> wanted) {
        TreeMap<String, ManifestEntry> entries = new TreeMap<>(Manifest.pathOrder());
        Set<String> parents = new HashSet<>();
        for (ManifestEntry entry : wanted) {
            List<String> above = parentsOf(entry.path());
            boolean fits = !entries.containsKey(entry.path())
                    && above.stream()
                            .noneMatch(parent ->
                                    entries.containsKey(parent) && !(entries.get(parent) instanceof DirectoryEntry))
                    && (entry instanceof DirectoryEntry || !parents.contains(entry.path()));
            if (fits) {
                entries.put(entry.path(), entry);
                parents.addAll(above);
            }
        }
        for (String parent : parents) {
            entries.putIfAbsent(parent, new DirectoryEntry(parent, new FileMode(0755), Owner.UNKNOWN));
        }
        return Manifest.of(entries.values());
    }

    private static List<String> parentsOf(String path) {
        List<String> parents = new ArrayList<>();
        for (int slash = path.indexOf('/'); slash >= 0; slash = path.indexOf('/', slash + 1)) {
            parents.add(path.substring(0, slash));
        }
        return parents;
    }
}
