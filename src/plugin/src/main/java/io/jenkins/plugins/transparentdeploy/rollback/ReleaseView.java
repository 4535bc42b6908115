package io.jenkins.plugins.transparentdeploy.rollback;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.model.Job;
import io.jenkins.plugins.transparentdeploy.records.ReleaseHistory;
import io.jenkins.plugins.transparentdeploy.records.ReleaseSummary;
import org.kohsuke.stapler.export.Exported;
import org.kohsuke.stapler.export.ExportedBean;

/** One release, for programs: what the pages show of it. Names its job and its build only to those who may see them. */
@ExportedBean(defaultVisibility = 3)
public final class ReleaseView {
    private final ReleaseHistory history;
    private final ReleaseSummary release;

    ReleaseView(ReleaseHistory history, ReleaseSummary release) {
        this.history = history;
        this.release = release;
    }

    @Exported
    public String getId() {
        return release.getId();
    }

    @Exported
    public String getVersion() {
        return release.getVersion();
    }

    @Exported
    @CheckForNull
    public String getCommit() {
        return release.getCommit();
    }

    /** {@code DEPLOYMENT}, {@code ROLLBACK} or {@code ADOPTION}. */
    @Exported
    public String getKind() {
        return release.getKind();
    }

    /** {@code SUCCEEDED}, {@code ROLLED_BACK} …; empty if its record says none. */
    @Exported
    public String getState() {
        return release.getState();
    }

    /** Why it is in that state; may be empty. */
    @Exported
    public String getStateReason() {
        return release.getStateReason();
    }

    /** {@code LIVE}, {@code CAN_COME_BACK} …: what it is to those who look at it. */
    @Exported
    public String getStanding() {
        return history.standingOf(release).name();
    }

    /** ISO 8601. */
    @Exported
    public String getStartedAt() {
        return release.getStartedAt().toString();
    }

    /** ISO 8601: when it came into the state it is in. */
    @Exported
    public String getChangedAt() {
        return release.getChangedAt().toString();
    }

    @Exported
    public String getWho() {
        return release.getWho();
    }

    @Exported
    @CheckForNull
    public String getReason() {
        return release.getReason();
    }

    /** For a rollback: the id of what it brought back. */
    @Exported
    @CheckForNull
    public String getRestores() {
        return release.getRestores();
    }

    /** The id of the rollback that took it back. */
    @Exported
    @CheckForNull
    public String getRolledBackBy() {
        return release.getRolledBackBy();
    }

    /** Whether it may be named as {@code to} of a rollback. */
    @Exported
    public boolean isRestorable() {
        return release.isRestorable();
    }

    @Exported
    public boolean isKnownBad() {
        return release.isKnownBad();
    }

    @Exported
    public int getChecks() {
        return release.getCheckCount();
    }

    @Exported
    public int getChecksPassed() {
        return release.getPassedCount();
    }

    /** How many instances it has on other hosts; 0 if all are on the machine that deploys. */
    @Exported
    public int getHosts() {
        return release.getHostCount();
    }

    /** How many of them had what they should have when that was measured. */
    @Exported
    public int getHostsConverged() {
        return release.getConvergedCount();
    }

    /** Full name. */
    @Exported
    @CheckForNull
    public String getJob() {
        Job<?, ?> job = release.getJob();
        return job == null ? null : job.getFullName();
    }

    /** Below Jenkins's root. */
    @Exported
    @CheckForNull
    public String getBuildUrl() {
        return release.getBuildUrl();
    }
}
