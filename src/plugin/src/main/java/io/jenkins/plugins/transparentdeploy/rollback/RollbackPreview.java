package io.jenkins.plugins.transparentdeploy.rollback;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.Util;
import hudson.model.User;
import hudson.util.HttpResponses;
import io.jenkins.plugins.transparentdeploy.agent.HasReleases;
import io.jenkins.plugins.transparentdeploy.agent.Outcome;
import io.jenkins.plugins.transparentdeploy.agent.PlanRollback;
import io.jenkins.plugins.transparentdeploy.records.LiveRuns;
import io.jenkins.plugins.transparentdeploy.records.Place;
import io.jenkins.plugins.transparentdeploy.records.ReleaseHistory;
import io.jenkins.plugins.transparentdeploy.records.ReleaseSummary;
import io.jenkins.plugins.transparentdeploy.records.Replacement;
import io.jenkins.plugins.transparentdeploy.records.Standing;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;

/** What a rollback would do, as far as the controller knows; shown before it is asked for. */
public final class RollbackPreview {
    private static final Logger LOGGER = Logger.getLogger(RollbackPreview.class.getName());
    private static final String PREVIOUS = "previous";

    private static final int LONGEST_LIST = 20;

    private final ReleasesPage page;
    private final ReleaseHistory history;
    private final String to;
    private final List<Rollback> earlier;

    /** @param to {@code previous} or the id of a release that is known here */
    RollbackPreview(ReleasesPage page, ReleaseHistory history, String to) {
        this.page = page;
        this.history = history;
        this.to = to;
        this.earlier = Rollbacks.get().of(history.getService(), history.getEnvironment());
        if (!to.equals(PREVIOUS) && history.summary(to).isEmpty()) {
            throw new IllegalArgumentException(Messages.RollbackPreview_UnknownRelease(to));
        }
    }

    public ReleasesPage getPage() {
        return page;
    }

    ReleaseHistory getHistory() {
        return history;
    }

    public String getService() {
        return history.getService();
    }

    public String getEnvironment() {
        return history.getEnvironment();
    }

    public String getTo() {
        return to;
    }

    /** What serves now, or null if that is not known here. */
    @CheckForNull
    public ReleaseSummary getLive() {
        return history.live().orElse(null);
    }

    /**
     * The id of what made live what is live, for a click that is about this very state; null as long as something goes on
     * there, to which a rollback need not wait.
     */
    @CheckForNull
    public String getAbout() {
        boolean goesOn = history.newestFirst().stream()
                        .findFirst()
                        .filter(newest -> history.standingOf(newest) == Standing.UNDECIDED)
                        .isPresent()
                || LiveRuns.get().isAtWork(getService(), getEnvironment())
                || Rollbacks.get().isAtWork(history);
        ReleaseSummary since = goesOn ? null : history.getBroughtLiveBy();
        return since == null ? null : since.getId();
    }

    /**
     * What is asked for is what was shown: nothing took its place that is known here. What is not known here, the host knows.
     *
     * @param said as {@link #getAbout} or the host said it then; null if whatever is live is meant
     * @return the same; null if it is empty
     */
    @CheckForNull
    String shown(@CheckForNull String said) {
        String about = Util.fixEmptyAndTrim(said);
        ReleaseSummary since = history.getBroughtLiveBy();
        if (about == null
                || since == null
                || about.compareTo(since.getId()) >= 0
                || Rollbacks.get().isAtWork(history)) {
            return about;
        }
        String shown = history.summary(about).map(ReleaseSummary::getVersion).orElse(about);
        String at = since.getChanged().getExact();
        throw HttpResponses.errorWithoutStack(
                409,
                since.isRollback()
                        ? Messages.RollbackPreview_RolledBackMeanwhile(shown, since.getWho(), since.getVersion(), at)
                        : Messages.RollbackPreview_ReleasedMeanwhile(shown, since.getWho(), since.getVersion(), at));
    }

    /** What comes back; null if only the host knows: the state before the first release. */
    @CheckForNull
    public ReleaseSummary getRestored() {
        return (to.equals(PREVIOUS) ? history.wayBack() : history.summary(to)).orElse(null);
    }

    /** The releases that no longer count when it is done, the newest of them first, not all of many. */
    public List<ReleaseSummary> getTakenBack() {
        ReleaseSummary live = getLive();
        ReleaseSummary restored = getRestored();
        return history.newestFirst().stream()
                .filter(ReleaseSummary::isGood)
                .filter(entry -> live != null && entry.getId().compareTo(live.getId()) <= 0)
                .filter(entry -> restored == null || entry.getId().compareTo(restored.getId()) > 0)
                .limit(LONGEST_LIST)
                .toList();
    }

    /** Waits for the host's answer; its not answering is an answer too. */
    HostPreview askHost() throws InterruptedException {
        Place place = history.place().orElse(null);
        if (place == null) {
            return HostPreview.unknown(Messages.RollbackPreview_PlaceUnknown());
        }
        User user = User.current();
        try {
            if (!HasReleases.ask(place.node(), place.stateDirectory(), getService(), getEnvironment())
                    .orElse(true)) {
                return HostPreview.fresh(replacements());
            }
            return HostPreview.of(PlanRollback.ask(
                            place.node(),
                            place.stateDirectory(),
                            place.hostKey(),
                            getService(),
                            getEnvironment(),
                            to,
                            user == null ? "jenkins" : user.getId()))
                    .beside(getAbout());
        } catch (IOException e) {
            LOGGER.log(Level.FINE, "The host could not be asked what a rollback would do", e);
            return HostPreview.unknown(String.valueOf(e.getMessage()));
        }
    }

    /** What a host that takes the place of the one that was lost can bring back: what was asked for, and what was live. */
    List<ReleaseSummary> replacements() {
        return Stream.of(getRestored(), getLive())
                .filter(Objects::nonNull)
                .filter(ReleaseSummary::isRestorable)
                .distinct()
                .filter(release -> Replacement.isPossible(history, release))
                .toList();
    }

    /**
     * The id of the one of them that was chosen.
     *
     * @throws IllegalArgumentException if it is none of them
     */
    String replacement(String id) {
        return replacements().stream()
                .map(ReleaseSummary::getId)
                .filter(one -> one.equals(id))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(Messages.RollbackPreview_NoReplacement(id)));
    }

    /** The last attempt if it was refused, and nothing has happened there since; else null. */
    @CheckForNull
    public Rollback getRefused() {
        return earlier.stream()
                .filter(Rollback::isEnded)
                .findFirst()
                .filter(last -> last.getOutcome() == Outcome.REFUSED)
                .filter(last -> history.newestFirst().stream()
                        .findFirst()
                        .filter(newest -> newest.getChangedAt()
                                .isAfter(last.getRequestedAt().toInstant()))
                        .isEmpty())
                .orElse(null);
    }

    /** How long the last one that ended well took, as text; null if there was none. */
    @CheckForNull
    public String getLastTook() {
        Optional<Rollback> last = earlier.stream().filter(Rollback::isRestored).findFirst();
        return last.map(Rollback::getTookText).orElse(null);
    }
}
