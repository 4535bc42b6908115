package io.jenkins.plugins.transparentdeploy.engine.release;

import io.jenkins.plugins.transparentdeploy.engine.strategy.Wait;
import java.io.IOException;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * The end of a step: where a release waits, is paused by somebody, or promoted. Who asked for what is in the journal and
 * told to whoever watches.
 */
final class StepGate {
    private static final long POLL_MILLIS = 100;

    private final ManagedEnvironment environment;
    private final EnvironmentDirectory directory;

    StepGate(ManagedEnvironment environment) {
        this.environment = environment;
        this.directory = environment.directory();
    }

    /**
     * Waits, and as long as somebody wants to pause.
     *
     * @throws InterruptedException when somebody asks to give up
     */
    void hold(Wait wait) throws IOException, InterruptedException {
        Optional<Instant> end = end(wait);
        if (!wait.equals(Wait.NONE)) {
            environment.tell(ReleaseEvent.Type.INFO, wait.toString(), Map.of("waiting", wait.toString()));
        }
        boolean paused = false;
        while (!isPromoted()) {
            paused = isPaused(paused);
            if (!paused && end.isPresent() && !environment.clock().instant().isBefore(end.get())) {
                return;
            }
            environment.await(() -> {
                TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
                return null;
            });
        }
    }

    private Optional<Instant> end(Wait wait) {
        return wait instanceof Wait.For length
                ? Optional.of(environment.clock().instant().plus(length.duration()))
                : Optional.empty();
    }

    /** Whether somebody skips what is being waited for. Asked once: each request skips one thing. */
    boolean isPromoted() throws IOException {
        Optional<StepRequest> promotion = StepRequest.findIn(directory, StepRequest.Kind.PROMOTE);
        if (promotion.isPresent()) {
            StepRequest.clearAll(directory);
            tell(StepRequest.Kind.PROMOTE, promotion.get());
        }
        return promotion.isPresent();
    }

    private boolean isPaused(boolean before) throws IOException {
        Optional<StepRequest> resumption = StepRequest.findIn(directory, StepRequest.Kind.RESUME);
        if (resumption.isPresent()) {
            StepRequest.clear(directory, StepRequest.Kind.PAUSE);
            StepRequest.clear(directory, StepRequest.Kind.RESUME);
            tell(StepRequest.Kind.RESUME, resumption.get());
        }
        Optional<StepRequest> pause = StepRequest.findIn(directory, StepRequest.Kind.PAUSE);
        if (pause.isPresent() && !before) {
            tell(StepRequest.Kind.PAUSE, pause.get());
        }
        return pause.isPresent();
    }

    private void tell(StepRequest.Kind kind, StepRequest request) throws IOException {
        String what = request.told(kind);
        environment.journal().note(what);
        environment.journal().sync();
        environment.tell(ReleaseEvent.Type.INFO, what, Map.of("step", what, "asked", kind.name()));
    }
}
