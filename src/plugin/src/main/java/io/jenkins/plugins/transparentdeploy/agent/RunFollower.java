package io.jenkins.plugins.transparentdeploy.agent;

import com.fasterxml.jackson.databind.JsonNode;
import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.remoting.VirtualChannel;
import java.io.IOException;
import java.io.Serial;
import java.io.Serializable;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;

/**
 * Sees one request through: submits it once, reads on where it stopped reading, waits while the agent is away, and has
 * the state recovered if the process died. Serialisable at any moment; whoever holds it calls {@link #advance} now and
 * then, from one thread at a time, never on the CPS thread.
 */
public final class RunFollower implements Serializable {
    @Serial
    private static final long serialVersionUID = 1L;

    private static final Logger LOGGER = Logger.getLogger(RunFollower.class.getName());
    private static final String ABORT = "abort";

    /** The result appears by a rename after the process's last event: it may be that much later. */
    private static final Duration GRACE = Duration.ofSeconds(3);

    private static final int MAX_RECOVERIES = 3;

    private RunRequest request;
    private boolean submitted;

    @CheckForNull
    private String directory;

    private long offset;

    @CheckForNull
    private String result;

    private int recoveries;

    /** Whether what was lost was to go forward; what is recovered after it is that release, or another's. */
    private boolean lostForward;

    /** The release that was lost, or null if it had not begun one. */
    @CheckForNull
    private String lostRelease;

    private boolean waitingForAgent;

    @CheckForNull
    private String stopWho;

    @CheckForNull
    private volatile String stopReason;

    private boolean stopSent;
    private volatile boolean recordsLeft;

    /** Whether the request is this controller's to submit, and it has not tried to. */
    private transient boolean fresh;

    private transient long lostSince;

    private transient RunProgress progress;

    private transient boolean caughtUp;

    public RunFollower(RunRequest request) {
        this.request = request;
    }

    public RunRequest request() {
        return request;
    }

    /**
     * Whether the agent may have got the request by now, or gets it with the next look. Whoever holds this keeps it before
     * that look: a controller that dies then must not take for untouched what goes on without it.
     */
    public boolean isSubmitted() {
        return submitted;
    }

    /** Whether something may go on there by now. If not, what fails can be told at once, and nothing is left behind. */
    public boolean mayBeUnderWay() {
        return recoveries > 0 || submitted && !fresh;
    }

    /** Whether the last look found no connection to the agent. */
    public boolean isWaitingForAgent() {
        return waitingForAgent;
    }

    /** Bytes of the run's events read so far; starts again with a recovery. */
    public long offset() {
        return offset;
    }

    /** How far it is, for whoever looks on; on any thread. */
    public synchronized RunProgress progress() {
        if (progress == null) {
            progress = new RunProgress();
        }
        return progress;
    }

    /**
     * One look; the first that reaches the agent submits nothing, so that {@link #isSubmitted} can be kept before. Idempotent
     * after the end: gives the same result again.
     *
     * @param log gets one line per event
     * @return the result when the run has ended
     * @throws IOException if it cannot be followed, now or later
     */
    public Optional<RunResult> advance(Consumer<String> log) throws IOException, InterruptedException {
        if (result != null) {
            return Optional.of(RunResult.parse(result));
        }
        if (!mayBeUnderWay() && isCalledOff()) {
            result = calledOff().toString();
            return end();
        }
        VirtualChannel channel = Agents.channel(request.node());
        if (channel == null) {
            sayWaiting(log);
            return Optional.empty();
        }
        try {
            Optional<RunResult> end = advance(channel, log);
            sayBack(log);
            end.ifPresent(reached -> result = reached.toString());
            if (end.isPresent()) {
                takeAway(channel);
            }
            return end;
        } catch (IOException | RuntimeException e) {
            if (!Agents.isConnectionBroken(channel, e)) {
                throw e;
            }
            sayWaiting(log);
            return Optional.empty();
        }
    }

    /**
     * Asks what runs to give up, at the next look that reaches the agent. It rolls back by itself and its result tells; so go
     * on calling {@link #advance}. What was not submitted yet never will be, unless it recovers what a dead one left.
     */
    public void requestStop(String who, String reason) {
        stopWho = who;
        stopReason = reason;
        leaveRecords();
    }

    /** Once the run has ended: its records stay where they are if the agent is away. */
    public void leaveRecords() {
        recordsLeft |= result != null;
    }

    /** Whether nobody waits any longer for an agent that has the records of a run that ended. */
    public boolean areRecordsLeft() {
        return recordsLeft;
    }

    /** What came of it, or empty as long as that is not known. */
    public Optional<RunResult> end() {
        return Optional.ofNullable(result).map(RunResult::parse);
    }

    private Optional<RunResult> advance(VirtualChannel channel, Consumer<String> log)
            throws IOException, InterruptedException {
        if (directory == null) {
            Optional<RunResult> refusal = Agents.refusal(request.node()).map(RunResult::refused);
            if (refusal.isEmpty() && !submitted) {
                submitted = true;
                fresh = true;
                return Optional.empty();
            }
            if (refusal.isEmpty()) {
                refusal = submit(channel, log);
            }
            if (refusal.isPresent() || directory == null) {
                return refusal;
            }
        }
        catchUp(channel);
        RunSnapshot now;
        do {
            now = channel.call(new ReadRun(directory, offset, ReadRun.AS_FAR_AS_THERE_IS));
            for (String event : now.events()) {
                progress().happened(event);
                RunEvent.line(event).ifPresent(log);
            }
            offset = now.offset();
        } while (now.more());
        String result = now.result();
        if (result != null) {
            return Optional.of(askedFor(RunResult.parse(result)));
        }
        if (now.lost()) {
            return recover(channel, now, log);
        }
        lostSince = 0;
        sendStop(channel, log);
        return Optional.empty();
    }

    /** After a restart of Jenkins: what was read before it, for those who look on. */
    private void catchUp(VirtualChannel channel) throws IOException, InterruptedException {
        long from = 0;
        while (!caughtUp && from < offset) {
            RunSnapshot before = channel.call(new ReadRun(directory, from, offset));
            before.events().forEach(progress()::happened);
            if (before.offset() == from) {
                break;
            }
            from = before.offset();
        }
        caughtUp = true;
    }

    private void sendStop(VirtualChannel channel, Consumer<String> log) throws IOException, InterruptedException {
        if (stopReason == null || stopSent) {
            return;
        }
        String jar = TdeployInstallation.ensure(channel, request.stateDirectory());
        String problem = steer(channel, jar, ABORT, stopWho, stopReason);
        // A process that has only just started is not at work yet: it is asked again.
        stopSent = problem.isEmpty() || progress().release().isPresent();
        if (stopSent && !problem.isEmpty()) {
            log.accept(problem);
        }
    }

    /** Everything that can be asked of what runs, at one time or another. */
    public List<String> everyVerb() {
        return List.of("pause", "resume", "promote", ABORT);
    }

    /** What can be asked of it now: nothing of what goes back, for that is always finished. */
    public List<String> verbs() {
        RunProgress.View now = progress().view();
        return now.goesBack() || !request.goesForward()
                ? List.of()
                : Stream.concat(now.verbs().stream(), Stream.of(ABORT)).toList();
    }

    /**
     * Asks what runs to wait, to go on, or to skip a wait.
     *
     * @param verb {@code pause}, {@code resume} or {@code promote}
     * @return why it cannot; empty if it was asked
     */
    public String steer(String verb, String who, String reason) throws IOException, InterruptedException {
        VirtualChannel channel = Agents.channel(request.node());
        if (channel == null || request.service() == null) {
            return Messages.RunFollower_AgentAway(Agents.displayName(request.node()));
        }
        String jar = TdeployInstallation.ensure(channel, request.stateDirectory());
        String problem = steer(channel, jar, verb, who, reason);
        if (problem.isEmpty()) {
            progress().asked(verb, who);
        }
        return problem;
    }

    private String steer(VirtualChannel channel, String jar, String verb, String who, String reason)
            throws IOException, InterruptedException {
        return channel.call(new SteerRun(
                jar, request.stateDirectory(), verb, request.service(), request.environment(), who, reason));
    }

    private Optional<RunResult> submit(VirtualChannel channel, Consumer<String> log)
            throws IOException, InterruptedException {
        Submission submission = new Submission(request, channel);
        if (!fresh) {
            // Whatever has changed here meanwhile: what was begun is followed, and what was called off is not begun.
            Optional<Submission.Answer> begun = submission.begunBefore();
            if (begun.isPresent()) {
                return adopt(begun.get());
            }
            if (isCalledOff()) {
                return Optional.of(calledOff());
            }
        }
        Optional<RunResult> refusal = submission.prepare(log);
        if (refusal.isPresent()) {
            return refusal;
        }
        fresh = false;
        return adopt(submission.begin());
    }

    private Optional<RunResult> adopt(Submission.Answer answer) {
        directory = answer.directory();
        return answer.refusal();
    }

    /** Somebody wants it stopped before it was begun. After a recovery began, something was: it is recovered all the same. */
    private boolean isCalledOff() {
        return recoveries == 0 && stopReason != null;
    }

    private RunResult calledOff() {
        return RunResult.refused(Messages.RunFollower_Stopped(stopReason));
    }

    private void takeAway(VirtualChannel channel) throws InterruptedException {
        if (request.delivery() == null) {
            return;
        }
        try {
            new Submission(request, channel).takeAway();
        } catch (IOException | RuntimeException e) {
            LOGGER.log(
                    Level.WARNING,
                    e,
                    () -> "What was brought to " + Agents.displayName(request.node())
                            + " is still there, in 'deliveries' of its state directory");
        }
    }

    private Optional<RunResult> recover(VirtualChannel channel, RunSnapshot now, Consumer<String> log)
            throws InterruptedException {
        if (lostSince == 0) {
            lostSince = System.nanoTime();
        }
        if (System.nanoTime() - lostSince < GRACE.toNanos()) {
            return Optional.empty();
        }
        lostSince = 0;
        String printed = now.output().isBlank()
                ? ""
                : " " + Messages.RunFollower_Printed(now.output().strip());
        if (recoveries++ >= MAX_RECOVERIES) {
            return Optional.of(RunResult.error(Messages.RunFollower_NoResult() + printed));
        }
        log.accept(Messages.RunFollower_Recovering() + printed);
        lostForward |= request.goesForward();
        lostRelease = progress().release().orElse(lostRelease == null ? request.about() : lostRelease);
        // Nobody reads it any more, and the request by whose key it is found goes.
        takeAway(channel);
        request = recovery();
        submitted = false;
        directory = null;
        offset = 0;
        return Optional.empty();
    }

    /** Where nothing had begun, there is nothing to recover, and the host tells what is live: another's release. */
    private RunResult askedFor(RunResult recovered) {
        boolean well = recovered.outcome() == Outcome.SUCCEEDED || recovered.outcome() == Outcome.HELD;
        boolean own = recovered
                .release()
                .filter(release -> release.path("id").asText().equals(lostRelease))
                .isPresent();
        return lostForward && well && !own ? RunResult.error(Messages.RunFollower_NothingBegun()) : recovered;
    }

    private RunRequest recovery() {
        JsonNode lost = request.content();
        RunRequest recovery = new RunRequest("recover", request.node(), request.stateDirectory());
        for (String name : new String[] {"service", "environment", "actor", "packRecipient", "packKeyId"}) {
            if (lost.has(name)) {
                recovery.with(name, lost.get(name));
            }
        }
        return recovery.reachingHostsWith(request.hostKey()).with("reason", "tdeploy ended without a result");
    }

    /** To be called when a look did not reach the agent; says it once. */
    public void sayWaiting(Consumer<String> log) {
        if (!waitingForAgent) {
            waitingForAgent = true;
            String agent = Agents.displayName(request.node());
            log.accept(
                    result == null
                            ? Messages.RunFollower_WaitingForAgent(agent)
                            : Messages.RunFollower_WaitingForRecords(agent));
        }
    }

    /** To be called when a look did reach the agent. */
    public void sayBack(Consumer<String> log) {
        if (waitingForAgent) {
            waitingForAgent = false;
            log.accept(Messages.RunFollower_AgentBack(Agents.displayName(request.node())));
        }
    }
}
