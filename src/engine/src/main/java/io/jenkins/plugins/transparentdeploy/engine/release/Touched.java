package io.jenkins.plugins.transparentdeploy.engine.release;

import io.jenkins.plugins.transparentdeploy.engine.journal.JournalRecord;
import io.jenkins.plugins.transparentdeploy.engine.journal.Operation;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.Manifest;
import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.Set;

/** Which instances a release has done something to. */
public final class Touched {
    private Touched() {}

    /** The instances on which a release has begun something, other than changing how many requests they get. */
    public static Set<String> byJournal(ReleaseRun run) throws IOException {
        Set<String> touched = new LinkedHashSet<>();
        for (JournalRecord entry : run.environment().journal().records(run.id().value())) {
            if (entry instanceof JournalRecord.Intent intent
                    && !(intent.operation() instanceof Operation.ShiftTraffic)) {
                touched.add(intent.operation().instance());
            }
        }
        // A hook concerns none of them.
        touched.retainAll(run.environment().instances().stream()
                .map(ManagedInstance::name)
                .toList());
        return touched;
    }

    /**
     * Whether an instance that a release has not begun anything on has to be restored all the same: its managed paths are
     * not in the wanted state, or it does not run though it should.
     */
    public static boolean needsRestoring(ManagedInstance instance, Manifest wanted, boolean shouldRun)
            throws IOException {
        return !instance.target().plan(wanted).isEmpty()
                || shouldRun && !instance.process().isRunning();
    }
}
