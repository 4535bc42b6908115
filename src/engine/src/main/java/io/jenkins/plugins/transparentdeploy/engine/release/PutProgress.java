package io.jenkins.plugins.transparentdeploy.engine.release;

import io.jenkins.plugins.transparentdeploy.engine.journal.JournalObserver;
import io.jenkins.plugins.transparentdeploy.engine.journal.JournalRecord;
import io.jenkins.plugins.transparentdeploy.engine.journal.Operation;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/** Tells how far the changing of an instance's files is, read off the journal: intents are to do, dones are done. */
final class PutProgress implements JournalObserver {
    private static final Duration PERIOD = Duration.ofMillis(200);

    private final Clock clock;
    private final ReleaseEvent.Listener listener;
    private String instance = "";
    private long total;
    private long done;
    private Instant told = Instant.MIN;

    PutProgress(Clock clock, ReleaseEvent.Listener listener) {
        this.clock = clock;
        this.listener = listener;
    }

    @Override
    public void recorded(JournalRecord journaled) {
        if (journaled instanceof JournalRecord.Intent intent
                && intent.operation() instanceof Operation.FileOperation operation) {
            begin(operation.instance());
        } else if (journaled instanceof JournalRecord.Done && done < total) {
            done++;
            tell();
        }
    }

    private void begin(String of) {
        if (!of.equals(instance) || done == total) {
            instance = of;
            total = 0;
            done = 0;
        }
        total++;
    }

    private void tell() {
        Instant now = clock.instant();
        if (done == total || Duration.between(told, now).compareTo(PERIOD) > 0) {
            told = now;
            listener.happened(new ReleaseEvent(
                    now,
                    ReleaseEvent.Type.PROGRESS,
                    Optional.of(instance),
                    done + " of " + total + " paths",
                    Map.of("done", done, "total", total, "unit", "paths")));
        }
    }
}
