package io.jenkins.plugins.transparentdeploy.engine.target;

import io.jenkins.plugins.transparentdeploy.engine.journal.Journal;
import io.jenkins.plugins.transparentdeploy.engine.journal.JournalObserver;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.ContentId;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.ManagedPaths;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.SnapshotStore;
import io.jenkins.plugins.transparentdeploy.engine.storage.ChildJvm;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A process that applies a manifest and does not live to see the end of it. Arguments: kind of target, directory of the
 * world, id of the manifest, moment, number of the record.
 */
final class KilledApply {
    static final ManagedPaths MANAGED = new ManagedPaths(List.of("logs/**"), List.of());

    /** Which side of the record's writing. */
    enum Moment {
        /** The act is done, its record is not: the journal asks for the time right before it writes. */
        BEFORE,
        /** The record is written, what comes next is not done. */
        AFTER
    }

    /** The targets, and where a world has them. */
    enum Kind {
        DIRECTORY {
            @Override
            Target open(Path world, SnapshotStore store) {
                return new DirectoryTarget(root(world), MANAGED, store);
            }

            @Override
            Path live(Path world) {
                return root(world);
            }
        },
        RELEASES {
            @Override
            Target open(Path world, SnapshotStore store) {
                return new ReleasesTarget(root(world), MANAGED, store, 5);
            }

            @Override
            Path live(Path world) {
                return root(world).resolve("current");
            }
        };

        abstract Target open(Path world, SnapshotStore store);

        abstract Path live(Path world);

        Path root(Path world) {
            return world.resolve("app");
        }
    }

    private KilledApply() {}

    public static void main(String[] args) throws IOException {
        Kind kind = Kind.valueOf(args[0]);
        Path world = Path.of(args[1]);
        Moment moment = Moment.valueOf(args[3]);
        int fatal = Integer.parseInt(args[4]);
        AtomicInteger written = new AtomicInteger();
        JournalObserver observer = record -> {
            if (written.incrementAndGet() == fatal && moment == Moment.AFTER) {
                ChildJvm.killItself();
            }
        };
        try (SnapshotStore store = SnapshotStore.open(world.resolve("store"));
                Journal journal = Journal.open(world.resolve("journal"), clock(moment, fatal, written), observer)) {
            journal.startSegment("r2");
            kind.open(world, store).apply("app-1", store.load(new ContentId(args[2])), "r2", journal);
        }
    }

    /** Journals read the clock for each record, just before they write it; intents, in one batch, before all of them. */
    private static Clock clock(Moment moment, int fatal, AtomicInteger written) {
        return new Clock() {
            @Override
            public Instant instant() {
                if (moment == Moment.BEFORE && written.get() == fatal - 1) {
                    ChildJvm.killItself();
                }
                return Instant.now();
            }

            @Override
            public ZoneId getZone() {
                return ZoneOffset.UTC;
            }

            @Override
            public Clock withZone(ZoneId zone) {
                return this;
            }
        };
    }
}
