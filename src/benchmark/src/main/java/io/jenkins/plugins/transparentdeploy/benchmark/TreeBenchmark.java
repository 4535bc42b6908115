package io.jenkins.plugins.transparentdeploy.benchmark;

import io.jenkins.plugins.transparentdeploy.engine.snapshot.ManagedPaths;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.RootHash;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.SnapshotStore;
import io.jenkins.plugins.transparentdeploy.engine.storage.DurableFiles;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** All scenarios on one tree, round by round; every restored tree is compared with what it should be. */
final class TreeBenchmark {
    /** Younger files than this are read again by whoever is careful. */
    private static final long COARSEST_TIMESTAMP_NANOS = TimeUnit.MILLISECONDS.toNanos(1100);

    private interface Act {
        void run() throws IOException;
    }

    private final SampleTree tree;
    private final List<Contender> contenders;
    private final Path work;
    private final PrintStream progress;
    private final Samples samples = new Samples();
    private final Map<String, Long> firstStore = new LinkedHashMap<>();
    private long treeBytes;
    private boolean measuring;

    TreeBenchmark(SampleTree tree, List<Contender> contenders, Path work, PrintStream progress) {
        this.tree = tree;
        this.contenders = contenders;
        this.work = work;
        this.progress = progress;
    }

    /** @param warmUps rounds before the first that is measured */
    Samples run(int warmUps, int rounds) throws IOException {
        treeBytes = tree.writeTo(work.resolve("original"));
        for (int round = 0; round < warmUps + rounds; round++) {
            measuring = round >= warmUps;
            progress.printf("%d files: %s%n", tree.files(), measuring ? "round " + (round - warmUps + 1) : "warm-up");
            List<Contender> order = new ArrayList<>(contenders);
            Collections.rotate(order, round);
            round(order, round);
        }
        return samples;
    }

    /** Bytes of content of the tree. */
    long treeBytes() {
        return treeBytes;
    }

    /** Bytes that the first snapshot took. */
    OptionalLong firstStoreBytes(String contender) {
        return firstStore.containsKey(contender) ? OptionalLong.of(firstStore.get(contender)) : OptionalLong.empty();
    }

    private void round(List<Contender> order, int round) throws IOException {
        Path empty = emptyTree();
        for (Contender contender : order) {
            contender.reset();
            measure(contender, Scenario.EMPTY, () -> contender.snapshot(empty));
            contender.reset();
            DurableFiles.deleteTree(live(contender));
            copy(work.resolve("original"), live(contender));
        }
        settle();
        for (Contender contender : order) {
            measure(contender, Scenario.FIRST, () -> contender.snapshot(live(contender)));
            contender.storeBytes().ifPresent(bytes -> firstStore.put(contender.name(), bytes));
        }
        for (Contender contender : order) {
            measure(contender, Scenario.UNCHANGED, () -> contender.snapshot(live(contender)));
        }
        changeAll(order, 2 * round);
        for (Contender contender : order) {
            measure(contender, Scenario.CHANGED, () -> contender.snapshot(live(contender)));
        }
        RootHash wanted = rootOf(live(order.get(0)));
        changeAll(order, 2 * round + 1);
        for (Contender contender : order) {
            if (measure(contender, Scenario.IN_PLACE, () -> contender.restore(live(contender)))) {
                require(wanted, live(contender), contender);
            }
        }
        Path elsewhere = work.resolve("elsewhere");
        for (Contender contender : order) {
            if (measure(contender, Scenario.ELSEWHERE, () -> contender.restore(elsewhere))) {
                require(wanted, elsewhere, contender);
            }
            DurableFiles.deleteTree(elsewhere);
        }
    }

    private boolean measure(Contender contender, Scenario scenario, Act act) throws IOException {
        if (!contender.does().contains(scenario)) {
            return false;
        }
        long begin = System.nanoTime();
        act.run();
        long duration = System.nanoTime() - begin;
        if (measuring) {
            samples.add(contender, scenario, duration);
        }
        return true;
    }

    private void changeAll(List<Contender> order, int round) throws IOException {
        for (Contender contender : order) {
            tree.change(live(contender), round);
        }
        settle();
    }

    private void require(RootHash wanted, Path restored, Contender contender) throws IOException {
        RootHash found = rootOf(restored);
        if (!found.equals(wanted)) {
            throw new IOException(contender.name() + " restored " + restored + " to another content");
        }
    }

    private RootHash rootOf(Path root) throws IOException {
        Path scratch = work.resolve("scratch-store");
        try (SnapshotStore store = SnapshotStore.open(scratch)) {
            return store.scan(root, ManagedPaths.ALL).manifest().contentRoot();
        } finally {
            DurableFiles.deleteTree(scratch);
        }
    }

    private Path live(Contender contender) {
        return work.resolve("live").resolve(Integer.toString(contenders.indexOf(contender)));
    }

    private static void settle() {
        long until = System.nanoTime() + COARSEST_TIMESTAMP_NANOS;
        for (long left = COARSEST_TIMESTAMP_NANOS; left > 0; left = until - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        Files.walkFileTree(from, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes)
                    throws IOException {
                Files.createDirectories(to.resolve(from.relativize(directory)));
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.copy(file, to.resolve(from.relativize(file)), StandardCopyOption.COPY_ATTRIBUTES);
                return FileVisitResult.CONTINUE;
            }
        });
    }

    private Path emptyTree() throws IOException {
        Path file = work.resolve("empty").resolve("empty.txt");
        Files.createDirectories(file.getParent());
        if (!Files.exists(file)) {
            Files.createFile(file);
        }
        return file.getParent();
    }
}
