package io.jenkins.plugins.transparentdeploy.engine.target;

import io.jenkins.plugins.transparentdeploy.engine.snapshot.DirectoryEntry;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.Manifest;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.ManifestEntry;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.ScannedTree;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A path that is not as it should be.
 *
 * @param path relative path
 * @param expected for people: what should stand there
 * @param found for people: what does
 */
public record Drift(String path, String expected, String found) {
    private static final String NOTHING = "nothing";

    /** Compares what was found, path by path, with several states that each would do. */
    public static List<Drift> between(ScannedTree found, List<Manifest> acceptable) {
        if (acceptable.isEmpty()) {
            throw new IllegalArgumentException("Drift is from at least one state");
        }
        if (acceptable.stream().anyMatch(manifest -> manifest == found.manifest())) {
            return List.of();
        }
        List<Manifest> all = new ArrayList<>(acceptable);
        all.add(found.manifest());
        List<Drift> drift = new ArrayList<>();
        Manifest.sideBySide(all, (path, entries) -> {
            List<Optional<ManifestEntry>> expected = entries.subList(0, acceptable.size());
            Optional<ManifestEntry> live = entries.get(acceptable.size());
            boolean incidental =
                    found.incidental().contains(path) && expected.stream().allMatch(Optional::isEmpty);
            if (!incidental && !accepts(expected, live)) {
                drift.add(new Drift(path, describe(expected), describe(List.of(live))));
            }
        });
        return drift;
    }

    private static boolean accepts(List<Optional<ManifestEntry>> expected, Optional<ManifestEntry> live) {
        if (live.isEmpty()) {
            return expected.stream().anyMatch(Optional::isEmpty) || changesBetweenDirectoryAndFile(expected);
        }
        return expected.stream().flatMap(Optional::stream).anyMatch(live.get()::sameContent);
    }

    /** Such a path is deleted before it is created, so for a moment there is nothing. */
    private static boolean changesBetweenDirectoryAndFile(List<Optional<ManifestEntry>> expected) {
        return expected.stream()
                        .flatMap(Optional::stream)
                        .map(DirectoryEntry.class::isInstance)
                        .distinct()
                        .count()
                > 1;
    }

    private static String describe(List<Optional<ManifestEntry>> entries) {
        return entries.stream()
                .map(entry -> entry.map(ManifestEntry::description).orElse(NOTHING))
                .collect(Collectors.toCollection(LinkedHashSet::new))
                .stream()
                .collect(Collectors.joining(" or "));
    }

    @Override
    public String toString() {
        return path + " (expected " + expected + ", found " + found + ")";
    }
}
