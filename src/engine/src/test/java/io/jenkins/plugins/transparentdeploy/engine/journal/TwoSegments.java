package io.jenkins.plugins.transparentdeploy.engine.journal;

import io.jenkins.plugins.transparentdeploy.engine.journal.Operation.StopInstance;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;

/** A journal of two releases, each in a segment of its own. */
final class TwoSegments {
    private TwoSegments() {}

    static JournalHead write(Path directory, Clock clock) throws IOException {
        try (Journal journal = Journal.open(directory, clock, JournalObserver.NONE)) {
            journal.startSegment("r1");
            journal.state("DEPLOYING", "build 7");
            journal.done(journal.intend(new StopInstance("a")));
            journal.startSegment("r2");
            journal.state("ROLLING_BACK", "häßlich");
            journal.done(journal.intend(new Operation.StartInstance("a")));
            return journal.head();
        }
    }
}
