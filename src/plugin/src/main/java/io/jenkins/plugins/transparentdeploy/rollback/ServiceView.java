package io.jenkins.plugins.transparentdeploy.rollback;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import io.jenkins.plugins.transparentdeploy.records.Freeze;
import io.jenkins.plugins.transparentdeploy.records.ReleaseHistory;
import io.jenkins.plugins.transparentdeploy.records.ReleaseSummary;
import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;
import org.kohsuke.stapler.export.Exported;
import org.kohsuke.stapler.export.ExportedBean;

/** A service in an environment, for programs: what is live, and what was. */
@ExportedBean(defaultVisibility = 2)
public final class ServiceView {
    private static final int NEWEST = 25;

    private final ReleasesPage page;
    private final ReleaseHistory history;

    ServiceView(ReleasesPage page, ReleaseHistory history) {
        this.page = page;
        this.history = history;
    }

    @Exported
    public String getService() {
        return history.getService();
    }

    @Exported
    public String getEnvironment() {
        return history.getEnvironment();
    }

    /** Null if nothing is. */
    @Exported
    @CheckForNull
    public ReleaseView getLive() {
        return view(history.getLiveEntry());
    }

    /** ISO 8601; null if nothing is live. A rollback makes it live anew. */
    @Exported
    @CheckForNull
    public String getLiveSince() {
        ReleaseSummary since = history.getBroughtLiveBy();
        return since == null ? null : since.getChangedAt().toString();
    }

    /** What a rollback without {@code to} brings back; null if that is the state before the first release. */
    @Exported
    @CheckForNull
    public ReleaseView getPrevious() {
        return view(history.getPreviousEntry());
    }

    /** {@code CHECKED}, {@code NEEDS_A_PERSON} … */
    @Exported
    public String getHealth() {
        return history.getHealth().name();
    }

    /** Who keeps deployments out; null if nobody does. */
    @Exported
    @CheckForNull
    public Freeze getFreeze() {
        return history.getFreeze();
    }

    /** Whether who asks may roll it back. */
    @Exported
    public boolean isMayRollBack() {
        return page.mayRollBack(history);
    }

    @Exported
    public int getReleaseCount() {
        return history.getCount();
    }

    /** The newest 25, newest first. */
    @Exported
    public List<ReleaseView> getReleases() {
        return stream().limit(NEWEST).toList();
    }

    /** All, newest first: only when asked for by name, with a range in {@code tree}. */
    @Exported(visibility = -2)
    public Collection<ReleaseView> getAllReleases() {
        return stream().toList();
    }

    /** The newest 25 that were asked for in Jenkins, newest first. */
    @Exported
    public List<Rollback> getRollbacks() {
        return newest(page.rollbacksOf(history));
    }

    /** All that were asked for in Jenkins, newest first: only when asked for by name, with a range in {@code tree}. */
    @Exported(visibility = -2)
    public List<Rollback> getAllRollbacks() {
        return page.rollbacksOf(history);
    }

    /** The newest 25 to here that were asked for in Jenkins, newest first. */
    @Exported
    public List<PromotionRun> getPromotions() {
        return newest(page.promotionsOf(history));
    }

    /** As {@link #getAllRollbacks}. */
    @Exported(visibility = -2)
    public List<PromotionRun> getAllPromotions() {
        return page.promotionsOf(history);
    }

    private static <T> List<T> newest(List<T> all) {
        return all.stream().limit(NEWEST).toList();
    }

    private Stream<ReleaseView> stream() {
        return history.newestFirst().stream().map(release -> new ReleaseView(history, release));
    }

    @CheckForNull
    private ReleaseView view(@CheckForNull ReleaseSummary release) {
        return release == null ? null : new ReleaseView(history, release);
    }
}
