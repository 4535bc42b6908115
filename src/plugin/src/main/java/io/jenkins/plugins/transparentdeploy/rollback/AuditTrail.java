package io.jenkins.plugins.transparentdeploy.rollback;

import hudson.model.ModelObject;
import io.jenkins.plugins.transparentdeploy.records.ReleaseHistory;
import java.util.List;

/**
 * The rollbacks of a service in an environment and the promotions to there that were asked for in Jenkins, on whatever page:
 * who asked, when and why, and what came of it. The newest are on the first of its pages.
 */
public final class AuditTrail implements ModelObject {
    private static final int LENGTH = 25;
    private static final int NEWEST = 10;

    private final ReleasesPage page;
    private final ReleaseHistory history;
    private final List<Undertaking> all;
    private final int number;

    /** @param number from 1; another is taken for the nearest that there is */
    AuditTrail(ReleasesPage page, ReleaseHistory history, int number) {
        this.page = page;
        this.history = history;
        this.all = Rollbacks.get().of(Undertaking.class, history.getService(), history.getEnvironment());
        this.number = Math.max(1, Math.min(number, getLast()));
    }

    public ReleasesPage getPage() {
        return page;
    }

    public ReleaseHistory getHistory() {
        return history;
    }

    /** Those of this page. */
    public List<Undertaking> getPart() {
        return all.stream().skip((number - 1L) * LENGTH).limit(LENGTH).toList();
    }

    /** A few, for another page. */
    public List<Undertaking> getNewest() {
        return all.stream().limit(NEWEST).toList();
    }

    public int getCount() {
        return all.size();
    }

    public int getNumber() {
        return number;
    }

    public int getLast() {
        return Math.max(1, (all.size() + LENGTH - 1) / LENGTH);
    }

    @Override
    public String getDisplayName() {
        return Messages.AuditTrail_DisplayName(history.getService(), history.getEnvironment());
    }
}
