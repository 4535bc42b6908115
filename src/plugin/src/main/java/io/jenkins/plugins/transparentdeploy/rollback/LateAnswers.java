package io.jenkins.plugins.transparentdeploy.rollback;

import hudson.Extension;
import hudson.model.AsyncPeriodicWork;
import hudson.model.TaskListener;
import io.jenkins.plugins.transparentdeploy.agent.RunFollower;
import io.jenkins.plugins.transparentdeploy.agent.RunResult;
import io.jenkins.plugins.transparentdeploy.agent.UntrueAnswerException;
import io.jenkins.plugins.transparentdeploy.records.ReleaseRecorder;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import jenkins.model.Jenkins;

/**
 * Asks agents that are back what came of the rollbacks and promotions that were given up while they were away: the host has
 * finished what was begun there, and the pages are to say what is live.
 */
@Extension
public final class LateAnswers extends AsyncPeriodicWork {
    private static final Logger LOGGER = Logger.getLogger(LateAnswers.class.getName());

    public LateAnswers() {
        super("Late answers of hosts that were away");
    }

    @Override
    public long getRecurrencePeriod() {
        return TimeUnit.SECONDS.toMillis(15);
    }

    @Override
    protected Level getNormalLoggingLevel() {
        return Level.FINEST;
    }

    @Override
    protected void execute(TaskListener listener) throws InterruptedException {
        for (Undertaking undertaking : Rollbacks.get().unheard()) {
            try {
                ask(undertaking, listener);
            } catch (UntrueAnswerException e) {
                LOGGER.log(Level.WARNING, "What came of " + undertaking.getId() + " is not known", e);
                undertaking.heard(null);
            } catch (IOException | RuntimeException e) {
                LOGGER.log(Level.FINE, "Asked again later: " + undertaking.getId(), e);
            }
        }
    }

    private static void ask(Undertaking undertaking, TaskListener listener) throws IOException, InterruptedException {
        RunFollower follower = undertaking.unheard();
        if (follower == null) {
            return;
        }
        String node = follower.request().node();
        if (!node.isEmpty() && Jenkins.get().getNode(node) == null) {
            undertaking.heard(null); // it will not be back under this name
            return;
        }
        Optional<RunResult> end = follower.advance(line -> {});
        if (end.isPresent()) {
            follower.leaveRecords();
            ReleaseRecorder.withoutBuild(follower.request(), end.get(), listener)
                    .record(follower, end.get(), null, line -> {});
            undertaking.heard(end.get());
        }
    }
}
