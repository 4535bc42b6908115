package io.jenkins.plugins.transparentdeploy.engine.release;

import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import io.jenkins.plugins.transparentdeploy.engine.journal.Journal;
import io.jenkins.plugins.transparentdeploy.engine.target.Target;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What became of the operations that the release before left open: it has failed where it could not say so, or went on without
 * an instance. Found out before the next release takes its rollback point, so that the operations that were done still add up
 * to it.
 */
final class OpenOperations {
    private OpenOperations() {}

    /**
     * Settles what can be settled. Where nobody can look, the rollback point says what was there.
     *
     * @throws IOException if the journal cannot be read or written
     */
    static void settle(ManagedEnvironment environment) throws IOException {
        Optional<ReleaseRecord> before = environment
                .history()
                .newestThatActed()
                .filter(record -> record.state() == ReleaseState.ROLLBACK_FAILED
                        || !record.leftOut().isEmpty());
        if (before.isEmpty()) {
            return;
        }
        Journal journal = environment.journal();
        String release = before.get().id().value();
        Set<String> open = journal.unfinished(release).stream()
                .map(intent -> intent.operation().instance())
                .collect(Collectors.toSet());
        for (ManagedInstance instance : environment.instances()) {
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
