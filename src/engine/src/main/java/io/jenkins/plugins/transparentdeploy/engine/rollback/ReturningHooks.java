package io.jenkins.plugins.transparentdeploy.engine.rollback;

import io.jenkins.plugins.transparentdeploy.engine.FailureText;
import io.jenkins.plugins.transparentdeploy.engine.journal.Operation.RunCommand;
import io.jenkins.plugins.transparentdeploy.engine.journal.Reversibility;
import io.jenkins.plugins.transparentdeploy.engine.release.HookPlan;
import io.jenkins.plugins.transparentdeploy.engine.release.HookRunner;
import io.jenkins.plugins.transparentdeploy.engine.release.ManagedEnvironment;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseEvent;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseRun;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Carries out a {@link HookPlan}. One that cannot be taken back keeps those before it from being taken back, for they
 * were its ground; the files come back all the same, and the rollback has failed in the end.
 */
final class ReturningHooks {
    private final ManagedEnvironment environment;
    private final HookRunner runner;
    private final HookPlan plan;
    private Optional<String> failure = Optional.empty();

    ReturningHooks(ReleaseRun run, HookPlan plan) {
        this.environment = run.environment();
        this.runner = new HookRunner(run);
        this.plan = plan;
    }

    /** @throws IOException when one that the files need could not be run again */
    void beforeFiles() throws IOException, InterruptedException {
        undo(plan.undoneFirst());
        if (failure.isEmpty()) {
            for (RunCommand command : plan.redoneFirst()) {
                runner.redo(command);
            }
        }
    }

    /** @throws IOException when one could not be run again */
    void afterFiles() throws IOException, InterruptedException {
        undo(plan.undoneLast());
        if (failure.isEmpty()) {
            for (RunCommand command : plan.redoneLast()) {
                runner.redo(command);
            }
        }
    }

    private void undo(List<RunCommand> commands) throws InterruptedException {
        for (RunCommand command : commands) {
            if (failure.isPresent()) {
                return;
            }
            if (command.reversibility() == Reversibility.ONE_WAY) {
                environment.tell(
                        ReleaseEvent.Type.WARNING,
                        "'" + command.name() + "' cannot be taken back; that was accepted",
                        Map.of());
                continue;
            }
            try {
                runner.undo(command);
            } catch (IOException | RuntimeException e) {
                failure = Optional.of(FailureText.of(e));
            }
        }
    }

    /**
     * To be asked when the files are back.
     *
     * @throws IOException when something could not be taken back
     */
    void throwIfAnyFailed() throws IOException {
        if (failure.isPresent()) {
            throw new IOException("the files are back, but a hook is not: " + failure.get());
        }
    }
}
