package io.jenkins.plugins.transparentdeploy.engine.release;

import io.jenkins.plugins.transparentdeploy.engine.host.LocalHost;
import io.jenkins.plugins.transparentdeploy.engine.storage.ProcessLock;
import java.nio.file.Path;

/**
 * What is kept of one service in one environment: the only class that knows this layout.
 *
 * <pre>
 * lock                       held by whoever changes the environment
 * abort.json                 somebody asks the process that holds the lock to give up
 * freezes.jsonl              who froze the environment and who opened it again; freezes.noted: how many are in the journal
 * outbox/                    notices that nobody has taken yet
 * pause.json …               likewise, about its steps; see {@link StepRequest}
 * journal/                   one hash chain, a segment for each release
 * rollback-points/&lt;id&gt;.json
 * releases/&lt;id&gt;/             release.json, rollback-point.json, samples.jsonl, smoke-tests.xml, baseline.json,
 *                            log-marks.json
 * releases/index.jsonl       what is remembered of the records, for speed alone
 * scaling.json               which instances a scaling rule has parked
 * asked-logs.json            log files that smoke tests asked, and no deployment knew of
 * hook.pid                   of the hook that runs
 * instances/&lt;name&gt;/          pid and output of the instance's process; command.pid of the command that runs for it;
 *                            target.json, if its target has to remember what is live
 * </pre>
 */
public record EnvironmentDirectory(Path root) {

    public Path lock() {
        return root.resolve("lock");
    }

    /** Whether a process on this host holds the lock. The answer is about a moment. */
    public boolean isBeingChanged() {
        return ProcessLock.holderOf(lock())
                .filter(holder -> holder.incarnation()
                        .map(incarnation -> LocalHost.isAlive(holder.pid(), incarnation))
                        .orElseGet(() -> LocalHost.isAlive(holder.pid(), holder.since())))
                .isPresent();
    }

    Path hookPid() {
        return root.resolve("hook.pid");
    }

    public Path abortRequest() {
        return root.resolve("abort.json");
    }

    Path freezes() {
        return root.resolve("freezes.jsonl");
    }

    Path freezesNoted() {
        return root.resolve("freezes.noted");
    }

    /** Notices that nobody has taken yet. */
    public Path outbox() {
        return root.resolve("outbox");
    }

    public Path journal() {
        return root.resolve("journal");
    }

    public Path rollbackPoints() {
        return root.resolve("rollback-points");
    }

    public Path rollbackPoint(ReleaseId id) {
        return rollbackPoints().resolve(id + ".json");
    }

    public Path releases() {
        return root.resolve("releases");
    }

    /** What is remembered of the records, for finding one among thousands. */
    Path releaseIndex() {
        return releases().resolve("index.jsonl");
    }

    /** The records of one release; what is archived with the build. */
    public Path release(ReleaseId id) {
        return releases().resolve(id.value());
    }

    public Path releaseRecord(ReleaseId id) {
        return release(id).resolve("release.json");
    }

    public Path samples(ReleaseId id) {
        return release(id).resolve("samples.jsonl");
    }

    public Path smokeTests(ReleaseId id) {
        return release(id).resolve("smoke-tests.xml");
    }

    public Path baseline(ReleaseId id) {
        return release(id).resolve("baseline.json");
    }

    /** Where log files stood when the deployment began. */
    public Path logMarks(ReleaseId id) {
        return release(id).resolve("log-marks.json");
    }

    /** Log files that smoke tests asked, and no deployment knew of. */
    Path askedLogs() {
        return root.resolve("asked-logs.json");
    }

    /** Which instances are parked, and since when. */
    public Path scaling() {
        return root.resolve("scaling.json");
    }

    Path instances() {
        return root.resolve("instances");
    }

    public Path instance(String name) {
        return instances().resolve(name);
    }
}
