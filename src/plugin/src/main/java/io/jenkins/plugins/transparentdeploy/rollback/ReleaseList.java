package io.jenkins.plugins.transparentdeploy.rollback;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.model.AbstractProject;
import hudson.model.Job;
import hudson.model.ModelObject;
import io.jenkins.plugins.transparentdeploy.records.ReleaseHistory;
import io.jenkins.plugins.transparentdeploy.records.ReleaseSummary;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

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
     * made that, else of its build alone. Null if there is no build to see, or none since that release: the same build, or an
     * older one, was released once more. Loads none.
     */
    @CheckForNull
    public String getChangesUrl() {
        ReleaseSummary live = history.getLiveEntry();
        String build = live == null ? null : live.getBuildUrl();
        Job<?, ?> job = live == null ? null : live.getJob();
        if (build == null || job == null) {
            return null;
        }
        Optional<ReleaseSummary> before =
                history.previous().filter(previous -> Objects.equals(previous.getJobName(), live.getJobName()));
        if (before.isEmpty()) {
            return build + "changes";
        }
        int from = before.get().getBuildNumber();
        int to = live.getBuildNumber();
        return from < to ? job.getUrl() + "changes?from=" + (from + firstOf(job)) + "&to=" + to : null;
    }

    /** Jenkins shows the changes of {@code from} itself too, unless the job is of a classic kind. */
    private static int firstOf(Job<?, ?> job) {
        return job instanceof AbstractProject ? 0 : 1;
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
