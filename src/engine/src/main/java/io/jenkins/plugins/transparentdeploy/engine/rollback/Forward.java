package io.jenkins.plugins.transparentdeploy.engine.rollback;

import io.jenkins.plugins.transparentdeploy.engine.FailureText;
import io.jenkins.plugins.transparentdeploy.engine.release.AbortWatch;
import io.jenkins.plugins.transparentdeploy.engine.release.ManagedEnvironment;
import io.jenkins.plugins.transparentdeploy.engine.strategy.BadReleaseException;
import java.io.IOException;
import java.util.Optional;

/** The way forward, as long as nobody asks to give up and nothing fails; whatever ends it becomes a {@link Trouble}. */
final class Forward {
    private Forward() {}

    /** A part of the way; returns the trouble that it judged itself to be in. */
    @FunctionalInterface
    interface Way {
        Optional<Trouble> go() throws IOException, InterruptedException;
    }

    static Optional<Trouble> go(ManagedEnvironment environment, Way way) throws IOException {
        try (AbortWatch watch = environment.watchForAbort()) {
            return attempt(environment, way, watch);
        }
    }

    private static Optional<Trouble> attempt(ManagedEnvironment environment, Way way, AbortWatch watch) {
        try {
            return way.go();
        } catch (InterruptedException e) {
            return Optional.of(Trouble.now(
                    watch.request().map(Object::toString).orElse("interrupted"),
                    environment.clock().instant()));
        } catch (BadReleaseException e) {
            return Optional.of(new Trouble(e.getMessage(), e.onset(), e.detected()));
        } catch (IOException | RuntimeException | Error e) {
            // An Error too: a service must not stay down because this program ran out of memory.
            if (watch.request().isPresent()) {
                return Optional.of(Trouble.now(
                        watch.request().get().toString(), environment.clock().instant()));
            }
            return Optional.of(
                    Trouble.now(FailureText.of(e), environment.clock().instant()));
        }
    }
}
