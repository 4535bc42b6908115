package io.jenkins.plugins.transparentdeploy.rollback;

import hudson.model.ModelObject;
import io.jenkins.plugins.transparentdeploy.records.ReleaseHistory;
import io.jenkins.plugins.transparentdeploy.records.ReleaseSummary;
import java.util.List;

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
