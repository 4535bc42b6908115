package io.jenkins.plugins.transparentdeploy.rollback;

import hudson.Extension;
import hudson.model.RootAction;
import hudson.util.HttpResponses;
import io.jenkins.plugins.transparentdeploy.records.Forgetting;
import io.jenkins.plugins.transparentdeploy.records.ReleaseHistory;
import java.io.IOException;
import java.util.List;
import jenkins.model.Jenkins;
import org.kohsuke.accmod.Restricted;
import org.kohsuke.accmod.restrictions.NoExternalUse;
import org.kohsuke.stapler.HttpResponse;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.interceptor.RequirePOST;

/** The Deployments page of Jenkins: every service in every environment that the user may see. */
@Extension
public final class DeploymentsAction extends ReleasesPage implements RootAction {
    @Override
    public Jenkins getOwner() {
        return Jenkins.get();
    }

    @Override
    public String ownerName() {
        return "";
    }

    @Override
    public String getUrl() {
        return getUrlName() + "/";
    }

    @Override
    boolean covers(String jobName) {
        return true;
    }

    @Override
    public boolean isOverview(List<ReleaseHistory> histories) {
        return !histories.isEmpty();
    }

    /**
     * For administrators: what is not there any more leaves all pages. Nothing is deleted, and its host is not told.
     * Idempotent for whoever asks twice: the second time it is not found.
     */
    @Restricted(NoExternalUse.class) // Stapler
    @RequirePOST
    public HttpResponse doForget(@QueryParameter String service, @QueryParameter String environment) {
        Jenkins.get().checkPermission(Jenkins.ADMINISTER);
        ReleaseHistory history = required(service, environment);
        for (Undertaking one : Rollbacks.get().of(Undertaking.class, service, environment)) {
            if (!one.isEnded()) {
                throw HttpResponses.errorWithoutStack(409, Messages.DeploymentsAction_NotNow(one.getDisplayName()));
            }
        }
        try {
            Forgetting.forget(history, Jenkins.getAuthentication2().getName());
        } catch (IOException e) {
            throw HttpResponses.errorWithoutStack(
                    500, Messages.DeploymentsAction_NotForgotten(service + "/" + environment, e));
        }
        return HttpResponses.redirectTo(".");
    }

    @Override
    public String getDisplayName() {
        return Messages.DeploymentsAction_DisplayName();
    }

    @Override
    public String getUrlName() {
        return "deployments";
    }

    /** A symbol of its own at the top of every page: who needs it at night does not look for it in a menu. */
    @Override
    public boolean isPrimaryAction() {
        return true;
    }
}
