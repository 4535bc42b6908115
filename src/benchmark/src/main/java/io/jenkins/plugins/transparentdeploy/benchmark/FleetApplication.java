package io.jenkins.plugins.transparentdeploy.benchmark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;

/**
 * Two releases of an application: one as it was published, with real jars beside it and generated files up to a size, and
 * the same with some files that have other content.
 *
 * @param first the one
 * @param second the other
 * @param bytes content of each
 * @param files how many each has
 * @param changed what differs, with the bytes of each file
 */
record FleetApplication(Path first, Path second, long bytes, int files, Map<Path, Long> changed) {
    private static final long SIZE = 70_000_000;
    private static final int GENERATED_FILE = 5_500;
    private static final long SEED = 11;
    private static final int ONE_OF = 100;
    private static final String JAR = ".jar";
    private static final Duration LATER = Duration.ofHours(1);

    /** Writes both below a directory. */
    static FleetApplication write(Path directory, Path published, List<Path> classPath) throws IOException {
        Path first = Files.createDirectories(directory).resolve("first");
        long bytes = new ApplicationTree(published).writeTo(first.resolve(published.getFileName()));
        Path libraries = Files.createDirectories(first.resolve("lib"));
        for (Path jar : classPath) {
            if (jar.toString().endsWith(JAR) && bytes < SIZE / 2) {
                Files.copy(jar, libraries.resolve(jar.getFileName()));
                bytes += Files.size(jar);
            }
        }
        new GeneratedTree((int) ((SIZE - bytes) / GENERATED_FILE)).writeTo(first.resolve("content"));
        Path second = directory.resolve("second");
        Commands.run(List.of("cp", "-a", first.toString(), second.toString()), directory, Map.of());
        List<Path> files = new ArrayList<>();
        bytes = 0;
        try (Stream<Path> walked = Files.walk(first)) {
            for (Path file : walked.filter(Files::isRegularFile).sorted().toList()) {
                files.add(first.relativize(file));
                bytes += Files.size(file);
            }
        }
        return new FleetApplication(first, second, bytes, files.size(), change(second, files, bytes / ONE_OF));
    }

    /** Content that does not compress, nor is like what was there: neither compression nor differences help anybody. */
    private static Map<Path, Long> change(Path tree, List<Path> files, long wanted) throws IOException {
        Random random = new Random(SEED);
        List<Path> shuffled = new ArrayList<>(files);
        Collections.shuffle(shuffled, random);
        Map<Path, Long> changed = new HashMap<>();
        long left = wanted;
        for (Path file : shuffled) {
            long size = Files.size(tree.resolve(file));
            if (size > 0 && size <= left) {
                byte[] content = new byte[(int) size];
                random.nextBytes(content);
                FileTime before = Files.getLastModifiedTime(tree.resolve(file));
                Files.write(tree.resolve(file), content);
                // rsync takes files of one size and one second for the same; here a release is not made in a second.
                Files.setLastModifiedTime(
                        tree.resolve(file), FileTime.from(before.toInstant().plus(LATER)));
                changed.put(file, size);
                left -= size;
            }
        }
        return changed;
    }

    long changedBytes() {
        return changed.values().stream().mapToLong(Long::longValue).sum();
    }

    /** @throws IOException if what is live somewhere is not this release, where the two differ */
    void requireLive(Path release, FleetContender contender, List<String> hosts) throws IOException {
        for (String host : hosts) {
            Path live = contender.live(host);
            for (Path file : changed.keySet()) {
                if (Files.mismatch(live.resolve(file), release.resolve(file)) >= 0) {
                    throw new IOException(contender.name() + " left something else than " + release.getFileName()
                            + " on " + host + ": " + file);
                }
            }
        }
    }
}
