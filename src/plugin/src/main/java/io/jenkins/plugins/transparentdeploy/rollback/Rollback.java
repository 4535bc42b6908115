package io.jenkins.plugins.transparentdeploy.rollback;

import hudson.security.Permission;
import io.jenkins.plugins.transparentdeploy.RollbackPermission;
import io.jenkins.plugins.transparentdeploy.agent.Outcome;
import io.jenkins.plugins.transparentdeploy.agent.Refusal;
import io.jenkins.plugins.transparentdeploy.agent.RunRequest;
import io.jenkins.plugins.transparentdeploy.agent.RunResult;
import io.jenkins.plugins.transparentdeploy.records.Moment;
import io.jenkins.plugins.transparentdeploy.records.ReleaseHistory;
import io.jenkins.plugins.transparentdeploy.records.ReleaseSummary;
import org.kohsuke.stapler.export.Exported;

/** The way back to a release that was live before. */
public final class Rollback extends Undertaking {
    static final String URL_NAME = "rollbacks";

    private final String to;
    private final boolean force;

    /**
     * @param to {@code previous}, or the id of the release that is to come back
     * @param force whether to go on although somebody changed managed files
     */
    Rollback(ReleaseHistory history, String to, boolean force, Asked asked, RunRequest request) {
        super(history, asked, request);
        this.to = to;
        this.force = force;
    }

    /** {@code previous}, or the id of the release that is to come back. */
    @Exported
    public String getTo() {
        return to;
    }

    /** Whether it was to go on although somebody changed managed files. */
    @Exported
    public boolean isForce() {
        return force;
    }

    /** For the page: whether it was refused for what does not keep one from going back that is forced. */
    public boolean isCuredByForce() {
        String obstacle = obstacle();
        return Refusal.CHANGED_BY_OTHERS.equals(obstacle) || Refusal.HOSTS_OUT_OF_REACH.equals(obstacle);
    }

    /** For the page: when it was asked for. */
    public Moment getRequested() {
        return new Moment(getRequestedAt().toInstant());
    }

    public boolean isRestored() {
        return isDone();
    }

    @Override
    Permission permission() {
        return RollbackPermission.ROLLBACK;
    }

    @Override
    String urlName() {
        return URL_NAME;
    }

    @Override
    boolean isWell(Outcome end) {
        // The second is the end of a release that was given up.
        return end == Outcome.RESTORED || end == Outcome.ROLLED_BACK;
    }

    @Override
    public String getDisplayName() {
        return Messages.Rollback_DisplayName(getService(), getEnvironment());
    }

    @Override
    public String getWhat() {
        return to.equals("previous")
                ? Messages.Rollback_ToPrevious()
                : Messages.Rollback_To(ReleaseHistory.of(getService(), getEnvironment())
                        .summary(to)
                        .map(ReleaseSummary::getVersion)
                        .orElse(to));
    }

    /** What tdeploy says is for whoever has the content elsewhere. */
    @Override
    String remark(RunResult end) {
        return end.refusal()
                        .map(Refusal::obstacle)
                        .filter(Refusal.CONTENT_GONE::equals)
                        .isPresent()
                ? Messages.Rollback_ContentGone()
                : "";
    }

    @Override
    public String getGoingOn() {
        return Messages.Rollback_GoingOn();
    }

    @Override
    public String getGivingUp() {
        return Messages.Rollback_GivingUp();
    }
}
