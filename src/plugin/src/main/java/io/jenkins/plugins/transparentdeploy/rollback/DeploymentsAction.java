package io.jenkins.plugins.transparentdeploy.rollback;

import hudson.Extension;
import hudson.model.RootAction;
import io.jenkins.plugins.transparentdeploy.records.ReleaseHistory;
import java.util.List;
import jenkins.model.Jenkins;

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
