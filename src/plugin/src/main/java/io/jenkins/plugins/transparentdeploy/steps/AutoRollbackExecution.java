package io.jenkins.plugins.transparentdeploy.steps;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.AbortException;
import hudson.model.Run;
import io.jenkins.plugins.transparentdeploy.agent.Outcome;
import io.jenkins.plugins.transparentdeploy.agent.RunRequest;
import io.jenkins.plugins.transparentdeploy.agent.RunResult;
import io.jenkins.plugins.transparentdeploy.records.Actor;
import io.jenkins.plugins.transparentdeploy.records.PackKey;
import io.jenkins.plugins.transparentdeploy.records.Place;
import io.jenkins.plugins.transparentdeploy.records.ReleaseAction;
import io.jenkins.plugins.transparentdeploy.records.ReleaseEntry;
import io.jenkins.plugins.transparentdeploy.records.ReleaseHistory;
import java.io.IOException;
import java.io.Serial;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jenkinsci.plugins.workflow.steps.BodyExecution;
import org.jenkinsci.plugins.workflow.steps.BodyExecutionCallback;
import org.jenkinsci.plugins.workflow.steps.FlowInterruptedException;
import org.jenkinsci.plugins.workflow.steps.StepContext;

/**
 * Runs the body, then completes what it released, in order; or, if anything failed, gives it up, last first. A release that was
 * completed before a later one of the same block turned out bad is rolled back as well: the block is one change.
 */
final class AutoRollbackExecution extends FollowingExecution {
    @Serial
    private static final long serialVersionUID = 1L;

    private static final Logger LOGGER = Logger.getLogger(AutoRollbackExecution.class.getName());

    private final ReleaseScope scope;
    private final Deque<RunRequest> todo = new ArrayDeque<>();
    private final List<ReleaseEntry> completed = new ArrayList<>();
    private final List<String> problems = new ArrayList<>();

    @CheckForNull
    private BodyExecution body;

    @CheckForNull
    private Object value;

    @CheckForNull
    private Throwable failure;

    private boolean bodyEnded;
    private boolean undoing;

    AutoRollbackExecution(StepContext context, ReleaseScope scope) {
        super(context);
        this.scope = scope;
    }

    @Override
    public boolean start() {
        body = getContext()
                .newBodyInvoker()
                .withContext(scope)
                .withCallback(new Callback(this))
                .start();
        return false;
    }

    @Override
    public void stop(@NonNull Throwable cause) {
        if (!bodyEnded) {
            if (body != null) {
                body.cancel(cause);
            }
        } else if (failure == null) {
            failure = cause;
            requestStop(cause);
        } else {
            // A rollback that has begun always finishes; its records are not waited for.
            leaveRecords();
        }
    }

    private void bodySucceeded(@CheckForNull Object result) {
        bodyEnded = true;
        value = result;
        try {
            for (ReleaseEntry release : held()) {
                if (!release.isUndecided() && failure == null) {
                    failure = new AbortException(decidedElsewhere(release));
                }
                todo.add(request("complete", release, null));
            }
            if (failure == null) {
                next();
            } else {
                undo();
            }
        } catch (IOException | InterruptedException e) {
            getContext().onFailure(e);
        }
    }

    private void bodyFailed(Throwable cause) {
        bodyEnded = true;
        failure = cause;
        try {
            undo();
        } catch (IOException | InterruptedException e) {
            cause.addSuppressed(e);
            getContext().onFailure(cause);
        }
    }

    @Override
    void ended(RunRequest request, RunResult result) throws IOException, InterruptedException {
        if (undoing) {
            if (!isUndone(result)) {
                problems.add(result.message());
            }
            say(request, result.message());
            next();
        } else if (result.outcome() == Outcome.SUCCEEDED && failure == null) {
            say(request, result.message());
            ReleaseAction.of(run())
                    .find(releaseId(result), request.service(), request.environment())
                    .ifPresent(completed::add);
            next();
        } else {
            if (failure == null) {
                failure = new AbortException(result.message());
            }
            undo();
        }
    }

    @Override
    void failedToFollow(Throwable problem) {
        // The one run could not be seen through; the others of this block still have to be.
        problems.add(String.valueOf(problem.getMessage()));
        if (failure == null) {
            failure = problem;
        }
        try {
            if (undoing) {
                next();
            } else {
                undo();
            }
        } catch (IOException | InterruptedException e) {
            problem.addSuppressed(e);
            getContext().onFailure(problem);
        }
    }

    private static String decidedElsewhere(ReleaseEntry release) {
        String name = release.getService() + "/" + release.getEnvironment();
        return Messages.AutoRollbackExecution_DecidedElsewhere(release.getVersion(), name);
    }

    private static boolean isUndone(RunResult result) {
        return switch (result.outcome()) {
            case ROLLED_BACK, RESTORED, NOTHING -> true;
            default -> false;
        };
    }

    private void undo() throws IOException, InterruptedException {
        undoing = true;
        todo.clear();
        String reason = reasonOf(failure);
        List<ReleaseEntry> held = new ArrayList<>(held());
        Collections.reverse(held);
        for (ReleaseEntry release : held) {
            if (release.isUndecided()) {
                todo.add(request("giveUp", release, reason));
            }
        }
        Collections.reverse(completed);
        for (ReleaseEntry release : completed) {
            todo.add(request("rollback", release, reason).with("to", "previous"));
        }
        completed.clear();
        next();
    }

    private void next() {
        RunRequest request = todo.poll();
        if (request != null) {
            follow(request);
            return;
        }
        letGo();
        if (failure == null) {
            getContext().onSuccess(value);
        } else {
            getContext().onFailure(withProblems(failure));
        }
    }

    private void letGo() {
        try {
            ReleaseAction.of(run()).letGo(scope.id());
        } catch (IOException | InterruptedException e) {
            LOGGER.log(Level.WARNING, "It is not kept that a block has decided about its releases", e);
        }
    }

    /** An interruption stays one, whatever else happened: what is around this block must see it. */
    private Throwable withProblems(Throwable cause) {
        if (problems.isEmpty() || cause instanceof FlowInterruptedException) {
            return cause;
        }
        AbortException all = new AbortException(cause.getMessage() + " " + String.join(" ", problems));
        all.addSuppressed(cause);
        return all;
    }

    private static String reasonOf(@CheckForNull Throwable cause) {
        return cause == null || cause.getMessage() == null
                ? Messages.AutoRollbackExecution_Stopped()
                : cause.getMessage();
    }

    private static String releaseId(RunResult result) {
        return result.release().map(release -> release.path("id").asText()).orElse("");
    }

    private List<ReleaseEntry> held() throws IOException, InterruptedException {
        return ReleaseAction.of(run()).heldBy(scope.id());
    }

    private Run<?, ?> run() throws IOException, InterruptedException {
        return getContext().get(Run.class);
    }

    private RunRequest request(String command, ReleaseEntry release, @CheckForNull String reason)
            throws IOException, InterruptedException {
        return new RunRequest(command, release.getNode(), release.getStateDirectory())
                .reachingHostsWith(ReleaseHistory.of(release.getService(), release.getEnvironment())
                        .place()
                        .map(Place::hostKey)
                        .orElse(null))
                .with("service", release.getService())
                .with("environment", release.getEnvironment())
                .with("about", release.getId())
                .with("actor", Actor.of(run()))
                .with("reason", reason)
                .with("packRecipient", PackKey.get().recipient())
                .with("packKeyId", PackKey.get().id());
    }

    private static final class Callback extends BodyExecutionCallback {
        @Serial
        private static final long serialVersionUID = 1L;

        private final AutoRollbackExecution execution;

        Callback(AutoRollbackExecution execution) {
            this.execution = execution;
        }

        @Override
        public void onSuccess(StepContext context, @CheckForNull Object result) {
            execution.bodySucceeded(result);
        }

        @Override
        public void onFailure(StepContext context, Throwable failure) {
            execution.bodyFailed(failure);
        }
    }
}
