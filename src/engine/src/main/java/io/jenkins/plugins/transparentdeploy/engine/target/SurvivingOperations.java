package io.jenkins.plugins.transparentdeploy.engine.target;

import io.jenkins.plugins.transparentdeploy.engine.journal.Operation.FileOperation;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.Manifest;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.ManifestEntry;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Which of the operations that were to be done one after the other are in the live tree.
 *
 * <p>A process that died did the first of them and no other, so the live tree is the one after the longest beginning of
 * them that fits every path. A power cut may have taken any that were not synced, also of those in the middle. Then the
 * beginning that fits most paths is taken, and of each path that it does not fit the state that is there. Whatever is
 * there, the operations that are said to be done lead to a tree with the same paths as the live one.
 */
final class SurvivingOperations {
    private final List<FileOperation> operations;
    private final Map<String, History> histories = new LinkedHashMap<>();

    /** What the operations on one path make of it, one after the other. */
    private static final class History {
        private final Optional<ManifestEntry> live;
        /** The numbers of the operations, in order. */
        private final List<Integer> operations = new ArrayList<>();
        /** What is there before the first operation, after it, after the second, … */
        private final List<Optional<ManifestEntry>> states = new ArrayList<>();

        History(Optional<ManifestEntry> live, FileOperation first) {
            this.live = live;
            states.add(first.entryBefore());
        }

        void add(int number, FileOperation operation) {
            operations.add(number);
            states.add(operation.entryAfter());
        }

        boolean fits(int done) {
            Optional<ManifestEntry> state = states.get(done);
            return state.isEmpty()
                    ? live.isEmpty()
                    : live.isPresent() && live.get().meets(state.get());
        }

        /** A file whose attributes are half set fits no state, but is executable as it was in one of them, or is in both. */
        boolean hasContent(int done) {
            Optional<ManifestEntry> state = states.get(done);
            return state.isPresent() && live.isPresent() && live.get().sameContent(state.get());
        }

        /** Whatever it has by now, the tree has its path. */
        boolean resembles(int done) {
            return states.get(done).map(ManifestEntry::getClass).equals(live.map(ManifestEntry::getClass));
        }

        boolean sharesPresence(int done) {
            return states.get(done).isPresent() == live.isPresent();
        }

        /** How many were done. @param expected as many as would be if nothing had been lost */
        int done(int expected) {
            for (Likeness likeness :
                    List.<Likeness>of(this::fits, this::hasContent, this::resembles, this::sharesPresence)) {
                if (likeness.holds(expected)) {
                    return expected;
                }
                for (int done = operations.size(); done >= 0; done--) {
                    if (likeness.holds(done)) {
                        return done;
                    }
                }
            }
            return expected;
        }
    }

    @FunctionalInterface
    private interface Likeness {
        boolean holds(int done);
    }

    private SurvivingOperations(List<FileOperation> operations, Manifest live) {
        this.operations = operations;
        for (int i = 0; i < operations.size(); i++) {
            FileOperation operation = operations.get(i);
            histories
                    .computeIfAbsent(operation.path(), path -> new History(live.find(path), operation))
                    .add(i, operation);
        }
    }

    /** Their numbers, from 0. @param operations of one instance, in the order in which they were to be done */
    static BitSet among(List<FileOperation> operations, Manifest live) {
        return new SurvivingOperations(operations, live).find();
    }

    private BitSet find() {
        int first = longestBeginning();
        BitSet survived = new BitSet();
        for (History history : histories.values()) {
            int expected = (int)
                    history.operations.stream().filter(number -> number < first).count();
            history.operations.subList(0, history.done(expected)).forEach(survived::set);
        }
        return survived;
    }

    /** The number of operations after which most paths are as in the live tree; of several the greatest. */
    private int longestBeginning() {
        Map<String, Integer> done = new LinkedHashMap<>();
        int misfits = misfitsBefore(histories.values());
        int fewest = misfits;
        int longest = 0;
        for (int i = 0; i < operations.size(); i++) {
            String path = operations.get(i).path();
            History history = histories.get(path);
            int now = done.merge(path, 1, Integer::sum);
            misfits += (history.fits(now - 1) ? 1 : 0) - (history.fits(now) ? 1 : 0);
            if (misfits <= fewest) {
                fewest = misfits;
                longest = i + 1;
            }
        }
        return longest;
    }

    private static int misfitsBefore(Collection<History> histories) {
        return (int) histories.stream().filter(history -> !history.fits(0)).count();
    }
}
