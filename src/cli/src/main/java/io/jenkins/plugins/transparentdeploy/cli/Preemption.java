package io.jenkins.plugins.transparentdeploy.cli;

import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import io.jenkins.plugins.transparentdeploy.engine.release.AbortRequest;
import io.jenkins.plugins.transparentdeploy.engine.release.EnvironmentBuilder;
import io.jenkins.plugins.transparentdeploy.engine.release.EnvironmentDirectory;
import io.jenkins.plugins.transparentdeploy.engine.release.ManagedEnvironment;
import io.jenkins.plugins.transparentdeploy.engine.release.PastStates;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseHistory;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseKind;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseRecord;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseState;
import io.jenkins.plugins.transparentdeploy.engine.storage.Holder;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** A rollback goes before a release that is running: it asks that to give up, and waits until it has rolled itself back. */
final class Preemption {
    private static final Duration TIMEOUT = Duration.ofMinutes(30);
    private static final long LOCK_POLL_MILLIS = 100;
    /** Who takes the lock has it for a moment before its name is there, and for a moment after it is gone. */
    private static final int TRIES_WITHOUT_HOLDER = 5;

    private final Request request;
    private final EnvironmentDirectory directory;
    private final Clock clock;
    /** Whether somebody had to be asked. */
    private boolean asked;

    /** The newest release when somebody was asked; a clock may be set back meanwhile, so nothing is told by times. */
    private Optional<ReleaseRecord> newestThen = Optional.empty();

    Preemption(Request request, EnvironmentDirectory directory, Clock clock) {
        this.request = request;
        this.directory = directory;
        this.clock = clock;
    }

    /**
     * Opens the environment, when nobody is at work on it any more.
     *
     * @throws RefusedException if that takes too long, or where the rollback is to go does not exist; then nothing was asked
     */
    ManagedEnvironment open(EnvironmentBuilder builder, Holder holder) throws IOException, InterruptedException {
        Instant deadline = clock.instant().plus(TIMEOUT);
        int tries = 0;
        while (true) {
            try {
                return builder.open(holder);
            } catch (RefusedException e) {
                boolean held = directory.isBeingChanged();
                tries = held ? 0 : tries + 1;
                if (tries == TRIES_WITHOUT_HOLDER || clock.instant().isAfter(deadline)) {
                    throw e;
                }
                if (held && !asked) {
                    requireKnown(builder);
                    newestThen =
                            new ReleaseHistory(directory).newest(1).stream().findFirst();
                    asked = true;
                    new AbortRequest(
                                    request.actor(),
                                    Optional.ofNullable(request.reason()).orElse(""))
                            .leaveIn(directory);
                }
                Thread.sleep(LOCK_POLL_MILLIS);
            }
        }
    }

    /** Nothing is asked to give up for a name that means nothing, a state that is not to be had, or a release that is live no more. */
    private void requireKnown(EnvironmentBuilder builder) throws IOException {
        new Subject(request).require(new ReleaseHistory(directory));
        Destination to = request.destination();
        if (to.isRecord()) {
            try (ManagedEnvironment looked = builder.look()) {
                PastStates.until(looked, to.recordNumber());
            }
        } else if (!to.isPrevious()) {
            new ReleaseHistory(directory).restorable(to.name());
        }
    }

    /**
     * Whether the newest release was there to be seen when it was asked, and went back: to go back once more would be one too
     * many. One that came into being after that is none that anybody wanted to go back from.
     */
    boolean broughtBack(ReleaseRecord newest) {
        boolean wasUnderWay = newestThen
                .filter(then -> then.id().equals(newest.id()) && !then.state().isFinal())
                .isPresent();
        return asked
                && wasUnderWay
                && (newest.state() == ReleaseState.ROLLED_BACK
                        || newest.kind() == ReleaseKind.DEPLOYMENT && newest.state() == ReleaseState.ABANDONED);
    }
}
