package io.jenkins.plugins.transparentdeploy.rollback;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.model.Computer;
import hudson.model.Queue;
import hudson.model.TaskListener;
import hudson.model.queue.SubTask;
import hudson.util.StreamTaskListener;
import io.jenkins.plugins.transparentdeploy.agent.Agents;
import io.jenkins.plugins.transparentdeploy.agent.RunFollower;
import io.jenkins.plugins.transparentdeploy.agent.RunResult;
import io.jenkins.plugins.transparentdeploy.agent.UntrueAnswerException;
import io.jenkins.plugins.transparentdeploy.records.ReleaseRecorder;
import java.io.IOException;
import java.io.Serial;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.logging.Level;
import java.util.logging.Logger;
import jenkins.model.queue.AsynchronousExecution;

/**
 * Follows a rollback or a promotion to its end, on a thread of its own. To the executor it is asynchronous work, so that a restart of Jenkins
 * does not wait for it: it is taken up again afterwards.
 */
final class UndertakingExecutable implements Queue.Executable {
    private static final Logger LOGGER = Logger.getLogger(UndertakingExecutable.class.getName());
    private static final long PAUSE_MILLIS = 250;
    /** Each pause is twice as long as the one before: half a minute in all. */
    private static final int MAX_FAILURES = 7;

    private final UndertakingTask task;
    private final Undertaking undertaking;
    private final RunFollower follower;

    UndertakingExecutable(UndertakingTask task, Undertaking undertaking) {
        this.task = task;
        this.undertaking = undertaking;
        this.follower = undertaking.follower();
    }

    @Override
    @NonNull
    public SubTask getParent() {
        return task;
    }

    @Override
    public void run() {
        Following following = new Following();
        Computer.threadPoolForRemoting.execute(() -> {
            try {
                see();
            } finally {
                following.completed(null);
            }
        });
        throw following;
    }

    private void see() {
        try (StreamTaskListener listener = undertaking.openLog()) {
            try {
                follow(listener);
            } catch (IOException | RuntimeException | Error e) {
                if (Agents.isShuttingDown()) {
                    LOGGER.log(Level.FINE, "" + undertaking.getId() + " goes on after the restart", e);
                    return;
                }
                LOGGER.log(Level.WARNING, "" + undertaking.getId() + " cannot be followed", e);
                listener.error("%s", e.getMessage());
                close(e);
            }
        } catch (IOException e) {
            LOGGER.log(Level.WARNING, "The log of " + undertaking.getId() + " could not be closed", e);
        }
    }

    /** What was done on the host is done, whether or not this controller could keep everything about it. */
    private void close(Throwable problem) {
        Optional<RunResult> end = follower.end();
        if (problem instanceof UntrueAnswerException) {
            undertaking.failed(problem.getMessage());
        } else if (end.isPresent()) {
            undertaking.ended(end.get(), Messages.Undertaking_NotKept(problem.getMessage()));
        } else {
            undertaking.failed(Messages.Undertaking_NotFollowed(problem.getMessage()));
        }
    }

    private void follow(TaskListener listener) throws IOException {
        AtomicBoolean changed = new AtomicBoolean();
        Consumer<String> log = line -> {
            listener.getLogger().println(line);
            changed.set(true);
        };
        int failures = 0;
        while (!Agents.isShuttingDown() && !undertaking.isEnded()) {
            try {
                boolean submitted = follower.isSubmitted();
                Optional<RunResult> result = follower.advance(log);
                if (follower.isSubmitted() != submitted) {
                    undertaking.save();
                    continue;
                }
                if (result.isPresent() && record(result.get(), listener, log)) {
                    listener.getLogger().println(result.get().message());
                    undertaking.ended(result.get());
                    return;
                }
                if (changed.getAndSet(false)) {
                    undertaking.save();
                }
                failures = 0;
            } catch (InterruptedException e) {
                LOGGER.log(Level.FINE, "What has begun on the host is seen through: going on", e);
            } catch (UntrueAnswerException e) {
                throw e; // it is no truer the next time
            } catch (IOException | RuntimeException | Error e) { // an agent's Error comes as one
                failures++;
                if (failures == MAX_FAILURES || Agents.isShuttingDown()) {
                    throw e;
                }
                LOGGER.log(Level.FINE, "Tried again", e);
            }
            pause(PAUSE_MILLIS << failures);
        }
    }

    private static void pause(long millis) {
        try {
            TimeUnit.MILLISECONDS.sleep(millis);
        } catch (InterruptedException e) {
            LOGGER.log(Level.FINE, "What has begun on the host is seen through: going on", e);
        }
    }

    private boolean record(RunResult result, TaskListener listener, Consumer<String> log)
            throws IOException, InterruptedException {
        return ReleaseRecorder.withoutBuild(follower.request(), result, listener)
                .record(follower, result, null, log);
    }

    /** Nothing ends it but its end. */
    private static final class Following extends AsynchronousExecution {
        @Serial
        private static final long serialVersionUID = 1L;

        @Override
        public void interrupt(boolean forShutdown) {
            LOGGER.fine("What has begun on the host is seen through: going on");
        }

        @Override
        public boolean blocksRestart() {
            return false;
        }

        @Override
        public boolean displayCell() {
            return true;
        }
    }

    @Override
    public String toString() {
        return undertaking.getDisplayName();
    }
}
