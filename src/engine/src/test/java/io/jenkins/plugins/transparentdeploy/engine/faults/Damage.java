package io.jenkins.plugins.transparentdeploy.engine.faults;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Chooses what of the files in a scenario's worlds is damaged: as much of each kind, however small its files are. */
final class Damage {
    /** A few of each file: the first byte, the last one, and between them. */
    private static final int PER_FILE = 4;

    private final Map<FileKind, List<Kept>> files = new EnumMap<>(FileKind.class);
    private final Set<String> unnamed = new TreeSet<>();

    private record Kept(Stage stage, String file) {
        int length() {
            return stage.disk().find(file).content().length;
        }
    }

    /** A bit of a file that becomes another. */
    record Flip(Stage stage, String file, int at, int bit) {
        /** The world with it. */
        Disk apply() {
            Disk damaged = stage.disk().copy();
            DiskNode node = damaged.find(file);
            byte[] bytes = {(byte) (node.content()[at] ^ 1 << bit)};
            node.write(at, bytes, node.attributes().modified());
            return damaged;
        }

        @Override
        public String toString() {
            return "bit %d of byte %d of %s, %s".formatted(bit, at, file, stage.name());
        }
    }

    /** @param stages of several that have a file of this name, the first one counts */
    Damage(List<Stage> stages) {
        Set<String> seen = new TreeSet<>();
        for (Stage stage : stages) {
            for (String file : stage.disk().files()) {
                if (FileKind.isKept(file) && seen.add(file)) {
                    add(new Kept(stage, file));
                }
            }
        }
    }

    private void add(Kept kept) {
        if (kept.length() == 0) {
            return;
        }
        FileKind.of(kept.file())
                .ifPresentOrElse(
                        kind -> files.computeIfAbsent(kind, none -> new ArrayList<>())
                                .add(kept),
                        () -> unnamed.add(kept.file()));
    }

    /** Files of which nobody has said what kind they are. */
    Set<String> unnamed() {
        return unnamed;
    }

    /** The kinds of which there are files with something in them. */
    Set<FileKind> kinds() {
        return files.keySet();
    }

    /** So many flips of this kind, if it has as many bits, spread over its files, and in each from its first byte to its last. */
    List<Flip> flips(FileKind kind, int wanted) {
        List<Kept> all = files.get(kind);
        int chosen = Math.min(all.size(), Math.max(1, wanted / PER_FILE));
        Set<Flip> flips = new LinkedHashSet<>();
        for (int i = 0; i < wanted; i++) {
            Kept kept = all.get(i % chosen * all.size() / chosen);
            int count = (wanted - i % chosen - 1) / chosen;
            int at = (int) ((long) (kept.length() - 1) * (i / chosen) / Math.max(1, count));
            flips.add(new Flip(kept.stage(), kept.file(), at, (i + i / Byte.SIZE) % Byte.SIZE));
        }
        return List.copyOf(flips);
    }
}
