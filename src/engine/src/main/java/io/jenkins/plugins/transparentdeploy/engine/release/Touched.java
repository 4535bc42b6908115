package io.jenkins.plugins.transparentdeploy.engine.release;

import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import io.jenkins.plugins.transparentdeploy.engine.journal.JournalRecord;
import io.jenkins.plugins.transparentdeploy.engine.journal.Operation;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.Manifest;
import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
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
     * The instances that have to be restored when a release is undone. One that it began without is left alone, for it was
     * not touched and is out of reach.
     *
     * @param wanted what each is to have again
     * @param resting those that did not serve
     */
    public static List<String> toRestore(ReleaseRun run, Map<String, Manifest> wanted, Set<String> resting)
            throws IOException {
        ManagedEnvironment environment = run.environment();
        Set<String> touched = byJournal(run);
        Set<String> parked = environment.parked();
        List<String> candidates = wanted.keySet().stream()
                .filter(name ->
                        touched.contains(name) || !run.record().leftOut().containsKey(name))
                .toList();
        return Concurrently.those(environment.atATime(), candidates, name -> {
            boolean shouldRun = !wanted.get(name).isEmpty() && !resting.contains(name) && !parked.contains(name);
            return touched.contains(name) || needsRestoring(environment.instance(name), wanted.get(name), shouldRun);
        });
    }

    /**
     * Whether an instance that a release has not begun anything on has to be restored all the same: its managed paths are
     * not in the wanted state, or it does not run though it should.
     */
    private static boolean needsRestoring(ManagedInstance instance, Manifest wanted, boolean shouldRun)
            throws IOException {
        try {
            return !instance.target().plan(wanted).isEmpty()
                    || shouldRun && !instance.process().isRunning();
        } catch (IOException | RefusedException e) {
            if (!instance.isRemote()) {
                throw e;
            }
            // Nobody knows, one host keeps no other from coming back, and whoever tries to restore it will say why.
            return true;
        }
    }
}
