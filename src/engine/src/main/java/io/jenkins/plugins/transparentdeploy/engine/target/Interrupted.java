package io.jenkins.plugins.transparentdeploy.engine.target;

import io.jenkins.plugins.transparentdeploy.engine.journal.Journal;
import io.jenkins.plugins.transparentdeploy.engine.journal.JournalRecord.Intent;
import io.jenkins.plugins.transparentdeploy.engine.journal.Operation;
import io.jenkins.plugins.transparentdeploy.engine.journal.Operation.FileOperation;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.Manifest;
import java.io.IOException;
import java.util.BitSet;
import java.util.List;

/**
 * Settles what a crash left open, so that every intent ends as done or abandoned and the operations that were done still
 * add up to the live state.
 */
public final class Interrupted {
    private Interrupted() {}

    /** Whether the live state is the one after an operation rather than the one before. */
    @FunctionalInterface
    public interface Evidence {
        /** @throws IOException if the live state cannot be read */
        boolean wasDone(Operation operation) throws IOException;
    }

    /**
     * Of operations each of which is durable before the next one is begun, so that those that were done are the first of
     * the open ones.
     *
     * @param kinds the operations that the target performs itself; others are left to those who do
     */
    public static void settle(
            Journal journal,
            String releaseId,
            String instance,
            List<Class<? extends Operation>> kinds,
            Evidence evidence)
            throws IOException {
        boolean done = true;
        for (Intent intent : open(journal, releaseId, instance, kinds)) {
            done = done && evidence.wasDone(intent.operation());
            close(journal, intent, done);
        }
    }

    /** Of file operations, of which a power cut may take any and leave others. */
    static void settleFiles(Journal journal, String releaseId, String instance, Manifest live) throws IOException {
        List<Intent> open = open(journal, releaseId, instance, List.of(FileOperation.class));
        BitSet done = SurvivingOperations.among(
                open.stream().map(intent -> (FileOperation) intent.operation()).toList(), live);
        for (int i = 0; i < open.size(); i++) {
            close(journal, open.get(i), done.get(i));
        }
    }

    private static List<Intent> open(
            Journal journal, String releaseId, String instance, List<Class<? extends Operation>> kinds)
            throws IOException {
        return journal.unfinished(releaseId).stream()
                .filter(intent -> intent.operation().instance().equals(instance))
                .filter(intent -> kinds.stream().anyMatch(kind -> kind.isInstance(intent.operation())))
                .toList();
    }

    private static void close(Journal journal, Intent intent, boolean done) throws IOException {
        if (done) {
            journal.done(intent);
        } else {
            journal.abandon(intent);
        }
    }
}
