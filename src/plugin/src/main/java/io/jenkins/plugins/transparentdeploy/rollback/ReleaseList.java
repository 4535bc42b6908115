package io.jenkins.plugins.transparentdeploy.rollback;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.model.Job;
import hudson.model.ModelObject;
import io.jenkins.plugins.transparentdeploy.records.ReleaseHistory;
import io.jenkins.plugins.transparentdeploy.records.ReleaseSummary;
import java.util.List;
import java.util.Objects;

/** A part of a history that fits on a page, the newest releases on the first. */
public final class ReleaseList implements ModelObject {
    private static final int LENGTH = 25;

    private final ReleasesPage page;
    private final ReleaseHistory history;
    private final int number;

    /** @param number from 1; another is taken for the nearest that there is */
    ReleaseList(ReleasesPage page, ReleaseHistory history, int number) {
        this.page = page;
        this.history = history;
        this.number = Math.max(1, Math.min(number, lastOf(history)));
    }

    private static int lastOf(ReleaseHistory history) {
        return Math.max(1, (history.getCount() + LENGTH - 1) / LENGTH);
    }

    public ReleasesPage getPage() {
        return page;
    }

    public ReleaseHistory getHistory() {
        return history;
    }

    public List<ReleaseSummary> getReleases() {
        return history.part((number - 1) * LENGTH, LENGTH);
    }

    /**
     * Where the commits stand that came with what is live, below Jenkins's root: since the release before if the same job
     * made that, else of its build alone. Null if there is no build to see. Loads none.
     */
    @CheckForNull
    public String getChangesUrl() {
        ReleaseSummary live = history.getLiveEntry();
        String build = live == null ? null : live.getBuildUrl();
        Job<?, ?> job = live == null ? null : live.getJob();
        if (build == null || job == null) {
            return null;
        }
        return history.previous()
                .filter(before -> Objects.equals(before.getJobName(), live.getJobName()))
                .map(before ->
                        job.getUrl() + "changes?from=" + before.getBuildNumber() + "&to=" + live.getBuildNumber())
                .orElse(build + "changes");
    }

    public int getNumber() {
        return number;
    }

    public int getLast() {
        return lastOf(history);
    }

    @Override
    public String getDisplayName() {
        return Messages.ReleaseList_DisplayName(history.getService(), history.getEnvironment());
    }
}
