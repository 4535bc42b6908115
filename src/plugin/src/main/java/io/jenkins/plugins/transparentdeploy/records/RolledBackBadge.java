package io.jenkins.plugins.transparentdeploy.records;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.model.BuildBadgeAction;

/** Marks a build whose release was rolled back. */
public final class RolledBackBadge implements BuildBadgeAction {
    private final String version;

    /** Null in builds from before there was one badge for each release. */
    @CheckForNull
    private final String releaseId;

    RolledBackBadge(ReleaseSummary release) {
        this.version = release.getVersion();
        this.releaseId = release.getId();
    }

    boolean isOf(ReleaseSummary release) {
        return releaseId == null ? release.getVersion().equals(version) : releaseId.equals(release.getId());
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
