package io.jenkins.plugins.transparentdeploy.engine.release;

import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import io.jenkins.plugins.transparentdeploy.engine.journal.Journal;
import io.jenkins.plugins.transparentdeploy.engine.target.Target;
import java.io.IOException;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What became of the operations that releases left open: one has failed where it could not say so, or went on without an
 * instance. Found out before any rollback point is taken: the operations that were done add up to it, and none that it has in
 * it is said to be done after it.
 */
final class OpenOperations {
    private OpenOperations() {}

    /**
     * Settles what can be settled on the instances that are captured then. Where nobody can look, the rollback point says what
     * was there.
     *
     * @throws IOException if the journal cannot be read or written
     */
    static void settle(ManagedEnvironment environment) throws IOException {
        for (ReleaseRecord record : environment.history().unsettled()) {
            settle(environment, record.id().value());
        }
    }

    private static void settle(ManagedEnvironment environment, String release) throws IOException {
        Journal journal = environment.journal();
        Set<String> open = journal.unfinished(release).stream()
                .map(intent -> intent.operation().instance())
                .collect(Collectors.toSet());
        for (ManagedInstance instance : environment.present()) {
            if (open.contains(instance.name())) {
                journal.startSegment(release);
                settle(environment, instance.name(), instance.target(), release);
            }
        }
    }

    private static void settle(ManagedEnvironment environment, String instance, Target target, String release)
            throws IOException {
        Journal journal = environment.journal();
        try {
            target.settle(instance, release, journal);
        } catch (IOException | RefusedException e) {
            environment.tell(
                    ReleaseEvent.Type.WARNING,
                    instance,
                    "what release " + release + " left open there stays open: " + e.getMessage(),
                    Map.of());
        }
        journal.sync();
    }
}
