package io.jenkins.plugins.transparentdeploy.records;

import hudson.model.BuildBadgeAction;

/** Marks a build whose release was rolled back. */
public final class RolledBackBadge implements BuildBadgeAction {
    private final String version;

    RolledBackBadge(String version) {
        this.version = version;
    }

    public String getVersion() {
        return version;
    }

    @Override
    public String getIconFileName() {
        return null;
    }

    @Override
    public String getDisplayName() {
        return Messages.RolledBackBadge_DisplayName();
    }

    @Override
    public String getUrlName() {
        return null;
    }
}
