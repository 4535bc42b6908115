package io.jenkins.plugins.transparentdeploy.records;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.FilePath;
import hudson.Launcher;
import hudson.model.BuildListener;
import hudson.model.Computer;
import hudson.model.Result;
import hudson.model.Run;
import hudson.model.TaskListener;
import hudson.remoting.Channel;
import hudson.remoting.VirtualChannel;
import io.jenkins.plugins.transparentdeploy.agent.Freezes;
import io.jenkins.plugins.transparentdeploy.agent.RunFollower;
import io.jenkins.plugins.transparentdeploy.agent.RunRequest;
import io.jenkins.plugins.transparentdeploy.agent.RunResult;
import io.jenkins.plugins.transparentdeploy.agent.UntrueAnswerException;
import java.io.IOException;
import java.io.PrintStream;
import java.io.Serial;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.logging.Level;
import java.util.logging.Logger;
import jenkins.model.Jenkins;
import jenkins.model.StandardArtifactManager;

/**
 * Keeps what came of a run: its files as artifacts of the build, through whatever keeps this build's artifacts, its
 * release in the build and in the controller's history. Idempotent, so that it can be tried again.
 */
public final class ReleaseRecorder {
    private static final Logger LOGGER = Logger.getLogger(ReleaseRecorder.class.getName());
    private static final String PACK = "content.pack";
    /** First: they are small, and say what happened. */
    private static final List<String> RECORDS =
            List.of("release.json", "rollback-point.json", "journal.jsonl", "samples.jsonl", "smoke-tests.xml");

    private static final List<String> CONTENT = List.of(PACK, PACK + ".sha256");

    @CheckForNull
    private final Run<?, ?> run;

    private final TaskListener listener;

    /** @param run the build that gets the records, or null to keep them in the controller's history only */
    public ReleaseRecorder(@CheckForNull Run<?, ?> run, TaskListener listener) {
        this.run = run;
        this.listener = listener;
    }

    /**
     * For what no build asked for. The records go to the build of what was live there before, as long as that exists: it is
     * of a job that releases to this environment, which what asked for it need not be. Those of a release that was asked to
     * give way go to its own build; that one brings them itself where it is not known yet.
     */
    public static ReleaseRecorder withoutBuild(RunRequest request, RunResult result, TaskListener listener) {
        ReleaseHistory history = ReleaseHistory.of(request.service(), request.environment());
        HistoryEntry answer = answer(result);
        boolean own = new AnswerCheck(request, answer).isOwn();
        Optional<ReleaseSummary> before =
                own ? history.live().or(() -> history.newestFirst().stream().findFirst()) : Optional.empty();
        // What is known stays where it is, also when the records had to wait for the agent.
        Optional<ReleaseSummary> keeper = history.summary(answer.getId()).or(() -> before);
        return new ReleaseRecorder(keeper.flatMap(ReleaseSummary::build).orElse(null), listener);
    }

    /**
     * What of an end is the business of a build: a smoke test that somebody else made tells of the release that is held, which is
     * not its own.
     */
    public static RunResult ownPart(RunRequest request, RunResult result) {
        boolean looks =
                request.command().equals("smokeTest") && result.release().isPresent();
        return looks && !new AnswerCheck(request, answer(result)).isOwn() ? result.withoutRelease() : result;
    }

    private static HistoryEntry answer(RunResult result) {
        return HistoryEntry.of(result.release().orElseGet(MissingNode::getInstance), null, null);
    }

    /**
     * @param follower of a run that has ended
     * @param scope the autoRollback block that decides about a release that is held, or null
     * @param log gets a line when the agent is away, and one when it is back
     * @return false if the agent is away and the files cannot be had now
     * @throws UntrueAnswerException if that cannot have come of what was asked; nothing is kept then, and trying again is of no use
     */
    public boolean record(RunFollower follower, RunResult result, @CheckForNull String scope, Consumer<String> log)
            throws IOException, InterruptedException {
        RunRequest request = follower.request();
        if (result.release().isEmpty() && result.releaseDirectory().isPresent()) {
            throw new UntrueAnswerException(
                    Messages.AnswerCheck_NoRecord(request.service() + "/" + request.environment()));
        }
        if (result.release().isPresent() && !follower.isWaitingForAgent()) {
            // First: a release that is not remembered can be neither completed nor given up.
            remember(request, result, scope);
        }
        if (run == null || result.releaseDirectory().isEmpty() || archive(run, request, result)) {
            follower.sayBack(log);
            return true;
        }
        if (follower.areRecordsLeft()) {
            leave(run, result, Messages.ReleaseRecorder_AgentAway(request.node()));
            return true;
        }
        follower.sayWaiting(log);
        return false;
    }

    private void remember(RunRequest request, RunResult result, @CheckForNull String scope)
            throws IOException, InterruptedException {
        JsonNode release = result.release().orElseThrow();
        String journalHead = result.journalHead().orElse(null);
        AnswerCheck check = new AnswerCheck(request, HistoryEntry.of(release, null, journalHead));
        check.require(result, run);
        HistoryEntry entry = HistoryEntry.of(release, check.isOwn() ? run : null, journalHead);
        if (run != null) {
            // In memory at least, should the disk be full: the block around it has to know what to take back.
            remember(run, request, result, entry, check.isOwn() ? heldBy(entry, scope) : UnaryOperator.identity());
        }
        ReleaseHistory history = ReleaseHistory.of(entry.getService(), entry.getEnvironment());
        Set<String> changed = history.record(request, entry);
        BuildMarks.update(history, changed);
        rememberFreeze(history);
    }

    /** A rollback freezes its environment. That this cannot be seen now changes nothing about it. */
    private static void rememberFreeze(ReleaseHistory history) throws InterruptedException {
        Optional<Freezes> host = history.freezes();
        try {
            Optional<String> decision = host.isPresent() ? host.get().read() : Optional.empty();
            if (decision.isPresent()) {
                history.decided(decision.get());
            }
        } catch (IOException | RuntimeException e) {
            LOGGER.log(
                    Level.WARNING,
                    e,
                    () -> "It is not known whether " + history.getService() + "/" + history.getEnvironment()
                            + " is frozen");
        }
    }

    private static void remember(
            Run<?, ?> run, RunRequest request, RunResult result, HistoryEntry entry, UnaryOperator<String> holder)
            throws IOException {
        ReleaseAction action = ReleaseAction.of(run);
        ReleaseEntry release = action.find(entry.getId(), entry.getService(), entry.getEnvironment())
                .orElseGet(() -> new ReleaseEntry(
                        entry.getId(),
                        entry.getService(),
                        entry.getEnvironment(),
                        request.node(),
                        request.stateDirectory()));
        release.update(entry, result.message(), holder.apply(release.heldBy()));
        action.put(release);
    }

    /** Which block decides about it, by which did before. What somebody else did to it, its block has yet to hear. */
    private static UnaryOperator<String> heldBy(HistoryEntry entry, @CheckForNull String scope) {
        return before -> !entry.isHeld() ? null : scope == null ? before : scope;
    }

    private boolean archive(Run<?, ?> build, RunRequest request, RunResult result)
            throws IOException, InterruptedException {
        Computer computer = Jenkins.get().getComputer(request.node());
        VirtualChannel channel = computer == null ? null : computer.getChannel();
        if (channel == null) {
            return false;
        }
        try {
            FilePath directory = new FilePath(channel, result.releaseDirectory().orElseThrow());
            archive(build, directory, RECORDS);
            if (!hasPackAlready(result)) {
                archiveContent(build, directory);
            }
            return true;
        } catch (IOException | RuntimeException e) {
            if (channel instanceof Channel remote && remote.isClosingOrClosed()) {
                return false;
            }
            LOGGER.log(Level.WARNING, "The records of a release of " + build + " could not be archived", e);
            leave(build, result, e.getMessage());
            return true;
        }
    }

    /** What serves is well: that its records are kept in one place only is no reason to take it back. */
    private void leave(Run<?, ?> build, RunResult result, String why) {
        listener.error(
                "%s",
                Messages.ReleaseRecorder_NotArchived(
                        why, result.releaseDirectory().orElseThrow()));
        if (build.isBuilding()) {
            build.setResult(Result.UNSTABLE);
        }
    }

    private void archive(Run<?, ?> build, FilePath directory, List<String> files)
            throws IOException, InterruptedException {
        Map<String, String> artifacts = new LinkedHashMap<>();
        for (String file : files) {
            if (directory.child(file).exists()) {
                artifacts.put("release/" + directory.getName() + "/" + file, file);
            }
        }
        if (!artifacts.isEmpty()) {
            Launcher launcher = directory.createLauncher(listener);
            build.pickArtifactManager().archive(directory, launcher, new Log(listener), artifacts);
        }
    }

    private void archiveContent(Run<?, ?> build, FilePath directory) throws IOException, InterruptedException {
        try {
            archive(build, directory, CONTENT);
        } catch (IOException | RuntimeException e) {
            removeWhatIsNotWhole(build, directory.getName());
            throw e;
        }
    }

    /** Where Jenkins keeps artifacts itself, the beginning of a pack may fill its disk, and is good for nothing. */
    private static void removeWhatIsNotWhole(Run<?, ?> build, String release) throws InterruptedException {
        if (!(build.getArtifactManager() instanceof StandardArtifactManager) || !HistoryEntry.isId(release)) {
            return;
        }
        FilePath archived =
                new FilePath(build.getRootDir()).child("archive/release").child(release);
        try {
            for (String file : CONTENT) {
                archived.child(file).delete();
            }
        } catch (IOException e) {
            LOGGER.log(Level.WARNING, e, () -> "The beginning of a pack is left in " + archived);
        }
    }

    /**
     * What a rollback brings back was archived when it was released, by a build that is kept as long as that is live: it is
     * not archived once more.
     */
    private static boolean hasPackAlready(RunResult result) throws IOException {
        HistoryEntry entry = HistoryEntry.of(result.release().orElseThrow(), null, null);
        if (!entry.isRollback()) {
            return false;
        }
        Optional<Run<?, ?>> build = ReleaseHistory.of(entry.getService(), entry.getEnvironment())
                .summary(entry.getRestores())
                .filter(restored -> restored.contentKey().equals(entry.contentKey()))
                .flatMap(ReleaseSummary::build)
                .filter(Run::isKeepLog);
        return build.isPresent()
                && build.get()
                        .getArtifactManager()
                        .root()
                        .child("release/" + entry.getRestores() + "/" + PACK)
                        .isFile();
    }

    /** A step's log as an artifact manager wants it. */
    private static final class Log implements BuildListener {
        @Serial
        private static final long serialVersionUID = 1L;

        private final TaskListener delegate;

        Log(TaskListener delegate) {
            this.delegate = delegate;
        }

        @Override
        public PrintStream getLogger() {
            return delegate.getLogger();
        }
    }
}
