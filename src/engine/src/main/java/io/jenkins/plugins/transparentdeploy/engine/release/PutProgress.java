package io.jenkins.plugins.transparentdeploy.engine.release;

import io.jenkins.plugins.transparentdeploy.engine.journal.JournalObserver;
import io.jenkins.plugins.transparentdeploy.engine.journal.JournalRecord;
import io.jenkins.plugins.transparentdeploy.engine.journal.Operation;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Tells how far the changing of each instance's files is, read off the journal: intents are to do, dones are done. Those of
 * one instance mostly follow each other, so that it is enough to remember from where to where.
 */
final class PutProgress implements JournalObserver {
    private static final Duration PERIOD = Duration.ofMillis(200);

    private final Clock clock;
    private final ReleaseEvent.Listener listener;
    private final TreeMap<Long, Stretch> stretches = new TreeMap<>();
    private final Map<String, Count> counts = new HashMap<>();

    /** Intents of one instance that follow each other. */
    private static final class Stretch {
        private final String instance;
        private long last;

        Stretch(String instance, long first) {
            this.instance = instance;
            this.last = first;
        }
    }

    private static final class Count {
        private long total;
        private long done;
        private Instant told = Instant.MIN;
    }

    PutProgress(Clock clock, ReleaseEvent.Listener listener) {
        this.clock = clock;
        this.listener = listener;
    }

    @Override
    public void recorded(JournalRecord journaled) {
        if (journaled instanceof JournalRecord.Intent intent
                && intent.operation() instanceof Operation.FileOperation operation) {
            begin(operation.instance(), intent.seq());
        } else if (journaled instanceof JournalRecord.Done done) {
            end(done.intent());
        }
    }

    private void begin(String instance, long seq) {
        Map.Entry<Long, Stretch> newest = stretches.lastEntry();
        if (newest != null && newest.getValue().instance.equals(instance) && newest.getValue().last == seq - 1) {
            newest.getValue().last = seq;
        } else {
            stretches.put(seq, new Stretch(instance, seq));
        }
        counts.computeIfAbsent(instance, name -> new Count()).total++;
    }

    private void end(long intent) {
        Map.Entry<Long, Stretch> entry = stretches.floorEntry(intent);
        if (entry == null || intent > entry.getValue().last) {
            return;
        }
        String instance = entry.getValue().instance;
        Count count = counts.get(instance);
        count.done++;
        tell(instance, count);
        if (count.done == count.total) {
            counts.remove(instance);
            stretches.values().removeIf(stretch -> stretch.instance.equals(instance));
        }
    }

    private void tell(String instance, Count count) {
        Instant now = clock.instant();
        if (count.done == count.total || Duration.between(count.told, now).compareTo(PERIOD) > 0) {
            count.told = now;
            listener.happened(new ReleaseEvent(
                    now,
                    ReleaseEvent.Type.PROGRESS,
                    Optional.of(instance),
                    count.done + " of " + count.total + " paths",
                    Map.of("done", count.done, "total", count.total, "unit", "paths")));
        }
    }
}
