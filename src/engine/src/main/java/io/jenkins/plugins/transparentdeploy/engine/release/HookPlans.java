package io.jenkins.plugins.transparentdeploy.engine.release;

import io.jenkins.plugins.transparentdeploy.engine.journal.CommandHistory;
import io.jenkins.plugins.transparentdeploy.engine.journal.Journal;
import io.jenkins.plugins.transparentdeploy.engine.journal.JournalRecord;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Finds out from the journal what becomes of hooks when something comes back. Changes nothing. */
public final class HookPlans {
    private HookPlans() {}

    /** For taking back what a release itself did. */
    public static HookPlan undoing(ManagedEnvironment environment, ReleaseId release) throws IOException {
        List<JournalRecord> own = environment.journal().records(release.value());
        return own.isEmpty()
                ? HookPlan.NOTHING
                : since(environment.journal().commands(), own.get(0).seq() - 1);
    }

    /**
     * For bringing back a release or a rollback point. What was in effect when a release was last live counts: somebody
     * may have gone back to it across what cannot be taken back, and then that was accepted.
     */
    public static HookPlan restoring(ManagedEnvironment environment, ReleaseId id) throws IOException {
        OptionalLong seq =
                environment.history().find(id).isPresent() ? lastLive(environment, id) : taken(environment, id);
        return seq.isPresent() ? since(environment.journal().commands(), seq.getAsLong()) : HookPlan.NOTHING;
    }

    private static HookPlan since(CommandHistory commands, long seq) {
        return HookPlan.between(commands.inEffect(), commands.inEffectAt(seq));
    }

    private static OptionalLong taken(ManagedEnvironment environment, ReleaseId point) throws IOException {
        Optional<RollbackPoint> found = environment.history().rollbackPoint(point);
        return found.isPresent() ? environment.journal().seqOf(found.get().journalHead()) : OptionalLong.empty();
    }

    private static OptionalLong lastLive(ManagedEnvironment environment, ReleaseId id) throws IOException {
        for (ReleaseId candidate : environment.history().ids()) {
            Optional<ReleaseRecord> record = environment
                    .history()
                    .find(candidate)
                    .filter(ReleaseRecord::tookEffect)
                    .filter(found -> found.id().equals(id) || found.restores().equals(Optional.of(id)));
            if (record.isPresent()) {
                return ended(environment.journal(), record.get());
            }
        }
        return OptionalLong.empty();
    }

    private static OptionalLong ended(Journal journal, ReleaseRecord record) throws IOException {
        return journal.records(record.id().value()).stream()
                .filter(entry -> entry instanceof JournalRecord.State state
                        && state.state().equals(record.state().name()))
                .mapToLong(JournalRecord::seq)
                .max();
    }
}
