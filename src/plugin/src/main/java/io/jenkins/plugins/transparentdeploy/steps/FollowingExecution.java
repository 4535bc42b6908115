package io.jenkins.plugins.transparentdeploy.steps;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.model.Computer;
import hudson.model.Run;
import hudson.model.TaskListener;
import io.jenkins.plugins.transparentdeploy.agent.Agents;
import io.jenkins.plugins.transparentdeploy.agent.RunFollower;
import io.jenkins.plugins.transparentdeploy.agent.RunRequest;
import io.jenkins.plugins.transparentdeploy.agent.RunResult;
import io.jenkins.plugins.transparentdeploy.agent.UntrueAnswerException;
import io.jenkins.plugins.transparentdeploy.records.Admission;
import io.jenkins.plugins.transparentdeploy.records.LiveRuns;
import io.jenkins.plugins.transparentdeploy.records.ReleaseRecorder;
import java.io.IOException;
import java.io.Serial;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Collectors;
import jenkins.model.CauseOfInterruption;
import jenkins.util.Timer;
import org.jenkinsci.plugins.workflow.graph.FlowNode;
import org.jenkinsci.plugins.workflow.steps.FlowInterruptedException;
import org.jenkinsci.plugins.workflow.steps.StepContext;
import org.jenkinsci.plugins.workflow.steps.StepExecution;

/**
 * A step that follows detached runs, one after the other. Nothing of it happens on the CPS thread: a timer starts a
 * look at the run on a thread that may wait for an agent, and each look plans the next.
 */
abstract class FollowingExecution extends StepExecution {
    @Serial
    private static final long serialVersionUID = 1L;

    private static final Logger LOGGER = Logger.getLogger(FollowingExecution.class.getName());
    private static final long FIRST_PAUSE_MILLIS = 100;
    private static final long LONGEST_PAUSE_MILLIS = 1000;
    /** Each pause is twice as long as the one before: some fifteen seconds in all. */
    private static final int MAX_FAILURES = 6;

    private static final long PAUSE_AFTER_FAILURE_MILLIS = 250;

    /** Of the last run, also when it has ended: what comes of that is not lost if the controller dies on the way. */
    @CheckForNull
    private RunFollower follower;

    /** Whether it is settled that the build may act on what it named. */
    private boolean admitted;

    private transient long pauseMillis;
    /** In a row. */
    private transient int failures;

    FollowingExecution(StepContext context) {
        super(context);
    }

    /** What to do with the end of a run: continue with another, or end the step. Not on the CPS thread. */
    abstract void ended(RunRequest request, RunResult result) throws Exception;

    final void follow(RunRequest request) {
        follower = new RunFollower(request);
        admitted = false;
        pauseMillis = FIRST_PAUSE_MILLIS;
        getContext().saveState();
        lookAfter(0);
    }

    @CheckForNull
    final RunFollower follower() {
        return follower;
    }

    @Override
    public void onResume() {
        pauseMillis = FIRST_PAUSE_MILLIS;
        if (follower != null) {
            lookAfter(0);
        }
    }

    @Override
    @CheckForNull
    public String getStatus() {
        RunFollower current = follower;
        if (current == null) {
            return null;
        }
        RunRequest request = current.request();
        return current.isWaitingForAgent()
                ? Messages.FollowingExecution_Waiting(request.node())
                : request.node().isEmpty()
                        ? Messages.FollowingExecution_FollowingOnBuiltIn(request.command(), name(request))
                        : Messages.FollowingExecution_Following(request.command(), name(request), request.node());
    }

    private void lookAfter(long millis) {
        Timer.get().schedule(() -> Computer.threadPoolForRemoting.submit(this::look), millis, TimeUnit.MILLISECONDS);
    }

    private void look() {
        RunFollower current = follower;
        if (current == null || Agents.isShuttingDown()) {
            return;
        }
        boolean seen = false;
        try {
            if (getContext().get(FlowNode.class).getExecution().isComplete()) {
                LiveRuns.get().forget(current);
                return; // the build was ended by force; the run goes on without it
            }
            TaskListener listener = getContext().get(TaskListener.class);
            LiveRuns.get().follow(getContext().get(Run.class), current);
            boolean submitted = current.isSubmitted();
            boolean waited = current.isWaitingForAgent();
            long read = current.offset();
            Consumer<String> log = line -> listener.getLogger().println("[" + name(current.request()) + "] " + line);
            Optional<RunResult> result = advance(current, log);
            if (current.isSubmitted() != submitted) {
                getContext().saveState().addListener(() -> lookAfter(0), Computer.threadPoolForRemoting);
                return;
            }
            if (result.isEmpty() || !record(current, result.get(), listener, log)) {
                pauseMillis = Math.min(LONGEST_PAUSE_MILLIS, pauseMillis * 3 / 2);
                if (waited != current.isWaitingForAgent() || read != current.offset()) {
                    // What the log has is not said again should the controller be killed.
                    getContext().saveState();
                }
                failures = 0;
                lookAfter(pauseMillis);
                return;
            }
            new Announcement(getContext().get(Run.class), listener)
                    .make(ReleaseRecorder.ownPart(current.request(), result.get()));
            seen = true;
            LiveRuns.get().forget(current);
            ended(current.request(), BuildAdvice.in(result.get(), current.request()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (Exception | Error e) { // an agent's Error comes as one: that it has no memory left, for instance
            if (Agents.isShuttingDown()) {
                LOGGER.log(Level.FINE, "A step looks after its run again when Jenkins is back", e);
                return;
            }
            LOGGER.log(Level.FINE, "A step could not follow its run", e);
            if (!seen
                    && current.mayBeUnderWay()
                    && !(e instanceof UntrueAnswerException)
                    && ++failures < MAX_FAILURES) {
                lookAfter(PAUSE_AFTER_FAILURE_MILLIS << failures);
                return;
            }
            LiveRuns.get().forget(current);
            failedToFollow(e);
        }
    }

    /** One look at the run, unless the build may not act on what it named. */
    private Optional<RunResult> advance(RunFollower current, Consumer<String> log)
            throws IOException, InterruptedException {
        Optional<String> refusal = refusal(current.request());
        if (refusal.isPresent() && !current.isSubmitted()) {
            return refusal.map(RunResult::refused);
        }
        refusal.ifPresent(why -> current.requestStop("jenkins", why));
        Optional<RunResult> end = current.advance(log);
        // Nothing is kept of what was done under another's name.
        return end.isPresent()
                ? refusal(current.request()).map(RunResult::refused).or(() -> end)
                : end;
    }

    /** Known as soon as the service is, which may be read from the service file only when the request is submitted. */
    private Optional<String> refusal(RunRequest request) throws IOException, InterruptedException {
        String service = request.service();
        if (admitted || service == null || !request.isInWorkspace()) {
            return Optional.empty();
        }
        Optional<String> refusal = Admission.refusal(
                getContext().get(Run.class).getParent(),
                getContext().get(FlowNode.class).getExecution().getAuthentication2(),
                service,
                request.environment(),
                request.node());
        admitted = refusal.isEmpty();
        if (admitted && request.releases()) {
            Admission.warning(service, request.environment(), request.node())
                    .ifPresent(warning -> say(request, "WARNING: " + warning));
        }
        return refusal;
    }

    /** The run cannot be followed any more, or its end could not be handled. */
    void failedToFollow(Throwable failure) {
        getContext().onFailure(failure);
    }

    private boolean record(RunFollower current, RunResult result, TaskListener listener, Consumer<String> log)
            throws IOException, InterruptedException {
        return new ReleaseRecorder(getContext().get(Run.class), listener)
                .record(current, ReleaseRecorder.ownPart(current.request(), result), scopeId(), log);
    }

    /** The block that holds the releases of this step, or null. */
    @CheckForNull
    String scopeId() {
        return null;
    }

    /** Whether the agent may have begun what is followed. */
    final boolean mayBeUnderWay() {
        RunFollower current = follower;
        return current != null && current.mayBeUnderWay();
    }

    /** Asks the run to give up; {@link #ended} tells when it has. */
    final void requestStop(Throwable cause) {
        RunFollower current = follower;
        if (current != null) {
            current.requestStop("jenkins", Messages.FollowingExecution_Stopped(describe(cause)));
            getContext().saveState();
        }
    }

    /** A run that has ended is not held up by records that cannot be had. */
    final void leaveRecords() {
        RunFollower current = follower;
        if (current != null) {
            current.leaveRecords();
            getContext().saveState();
        }
    }

    private static String describe(Throwable cause) {
        if (cause instanceof FlowInterruptedException interruption) {
            String causes = interruption.getCauses().stream()
                    .map(CauseOfInterruption::getShortDescription)
                    .collect(Collectors.joining(", "));
            return causes.isEmpty() ? "interrupted" : causes;
        }
        return String.valueOf(cause.getMessage());
    }

    final void say(RunRequest request, String line) {
        try {
            getContext().get(TaskListener.class).getLogger().println("[" + name(request) + "] " + line);
        } catch (IOException | InterruptedException e) {
            LOGGER.log(Level.FINE, "No log to say: " + line, e);
        }
    }

    static String name(RunRequest request) {
        return request.service() == null ? request.environment() : request.service() + "/" + request.environment();
    }
}
