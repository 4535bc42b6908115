package io.jenkins.plugins.transparentdeploy.cli;

import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import io.jenkins.plugins.transparentdeploy.engine.host.Host;
import io.jenkins.plugins.transparentdeploy.engine.host.LocalHost;
import io.jenkins.plugins.transparentdeploy.engine.host.ProcessRef;
import io.jenkins.plugins.transparentdeploy.engine.release.AbortRequest;
import io.jenkins.plugins.transparentdeploy.engine.release.EnvironmentBuilder;
import io.jenkins.plugins.transparentdeploy.engine.release.EnvironmentDirectory;
import io.jenkins.plugins.transparentdeploy.engine.release.ManagedEnvironment;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseRecord;
import io.jenkins.plugins.transparentdeploy.engine.release.StateDirectory;
import io.jenkins.plugins.transparentdeploy.engine.rollback.Recovery;
import io.jenkins.plugins.transparentdeploy.engine.storage.Holder;
import io.jenkins.plugins.transparentdeploy.engine.storage.ProcessLock;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;

/**
 * A worker that does not come to its end, also not when it is asked to: something that it waits for never answers. It
 * is ended from outside, which it survives at any point, as it would survive a power cut.
 */
record UnendingWork(StateDirectory state, Request request, EnvironmentDirectory directory) {
    private static final Duration GRACE = Duration.ofSeconds(2);

    /**
     * Ends the worker. A rollback that it was at is then failed rather than interrupted, so that nobody takes it up by
     * itself; a release that it was at stays for {@code tdeploy recover}.
     *
     * @return the rollback that was given up; empty when it was none
     */
    Optional<ReleaseRecord> end(AbortRequest why) throws IOException, InterruptedException {
        Host host = LocalHost.open(state.root());
        RunDirectory run = findRun(host);
        host.stop(run.process().orElseThrow(), GRACE);
        // At once: whoever watches must not take it for a crash, and bring it to an end by the same way again.
        run.ended(Result.error("The work was " + why));
        Holder holder = Holder.thisProcess(why.actor().who(), "give up what does not end", Clock.systemUTC());
        try (ManagedEnvironment environment =
                new EnvironmentBuilder(Definitions.resolve(state, request), state, host).open(holder)) {
            Optional<ReleaseRecord> failed = new Recovery(environment).failRollback(why.toString());
            if (failed.isPresent()) {
                run.ended(new Result(
                        Outcome.ROLLBACK_FAILED,
                        new Sentence(environment.history(), failed.get()).text(),
                        failed.get(),
                        null,
                        null,
                        directory.release(failed.get().id()).toString(),
                        null,
                        null,
                        null,
                        environment.journal().head().spelling(),
                        null));
            }
            return failed;
        }
    }

    private RunDirectory findRun(Host host) throws IOException {
        long pid = ProcessLock.holderOf(directory.lock())
                .map(Holder::pid)
                .orElseThrow(() -> unknown("an unknown process"));
        for (RunDirectory run : RunDirectory.all(state)) {
            Optional<ProcessRef> process = run.process().filter(found -> found.pid() == pid);
            if (process.isPresent() && run.result().isEmpty() && host.isRunning(process.get())) {
                return run;
            }
        }
        throw unknown("process " + pid);
    }

    private RefusedException unknown(String process) {
        return new RefusedException(
                directory.lock() + " is held by " + process + ", which is no worker of a run in " + state.runs(),
                "End that process yourself, then run 'tdeploy recover'");
    }
}
