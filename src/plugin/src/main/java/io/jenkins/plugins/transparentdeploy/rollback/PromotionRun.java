package io.jenkins.plugins.transparentdeploy.rollback;

import hudson.security.Permission;
import io.jenkins.plugins.transparentdeploy.ReleasePermissions;
import io.jenkins.plugins.transparentdeploy.agent.Outcome;
import io.jenkins.plugins.transparentdeploy.agent.RunRequest;
import io.jenkins.plugins.transparentdeploy.records.ReleaseHistory;
import org.kohsuke.stapler.export.Exported;

/** A release on its way from the environment where it has proven itself to another one. */
public final class PromotionRun extends Undertaking {
    static final String URL_NAME = "promotions";

    private final String from;
    private final String release;

    /**
     * @param to where it goes
     * @param from the environment that it comes from
     * @param release its id there
     */
    PromotionRun(ReleaseHistory to, String from, String release, Asked asked, RunRequest request) {
        super(to, asked, request);
        this.from = from;
        this.release = release;
    }

    /** The environment that it comes from. */
    @Exported
    public String getFrom() {
        return from;
    }

    /** Its id there. */
    @Exported
    public String getRelease() {
        return release;
    }

    @Override
    Permission permission() {
        return ReleasePermissions.PROMOTE;
    }

    @Override
    String urlName() {
        return URL_NAME;
    }

    @Override
    boolean isWell(Outcome end) {
        return end == Outcome.SUCCEEDED;
    }

    @Override
    public String getDisplayName() {
        return Messages.PromotionRun_DisplayName(getService(), from, getEnvironment());
    }

    @Override
    public String getWhat() {
        return Messages.PromotionRun_From(from);
    }

    @Override
    public String getGoingOn() {
        return Messages.PromotionRun_GoingOn();
    }

    @Override
    public String getGivingUp() {
        return Messages.PromotionRun_GivingUp();
    }
}
