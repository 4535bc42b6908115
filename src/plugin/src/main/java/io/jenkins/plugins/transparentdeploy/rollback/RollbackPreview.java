package io.jenkins.plugins.transparentdeploy.rollback;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.model.Job;
import io.jenkins.plugins.transparentdeploy.agent.Outcome;
import io.jenkins.plugins.transparentdeploy.records.HistoryEntry;
import io.jenkins.plugins.transparentdeploy.records.ReleaseHistory;
import java.util.List;
import java.util.Optional;

/** What a rollback would do, as far as the controller knows; shown before it is asked for. */
public final class RollbackPreview {
    private static final String PREVIOUS = "previous";

    private final Job<?, ?> job;
    private final ReleaseHistory history;
    private final String to;
    private final List<Rollback> earlier;

    /** @param to {@code previous} or the id of a release that is known here */
    RollbackPreview(Job<?, ?> job, ReleaseHistory history, String to) {
        this.job = job;
        this.history = history;
        this.to = to;
        this.earlier = Rollbacks.get().of(history.getService(), history.getEnvironment());
        if (!to.equals(PREVIOUS) && history.find(to).isEmpty()) {
            throw new IllegalArgumentException("Release '" + to + "' is not known. Choose one from the Releases page.");
        }
    }

    public Job<?, ?> getJob() {
        return job;
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
    public HistoryEntry getLive() {
        return history.live().orElse(null);
    }

    /** What comes back; null if only the host knows: the state before the first release. */
    @CheckForNull
    public HistoryEntry getRestored() {
        return (to.equals(PREVIOUS) ? history.previous() : history.find(to)).orElse(null);
    }

    /** The releases that no longer count when it is done, newest first. */
    public List<HistoryEntry> getTakenBack() {
        HistoryEntry live = getLive();
        HistoryEntry restored = getRestored();
        return history.newestFirst().stream()
                .filter(HistoryEntry::isGood)
                .filter(entry -> live != null && entry.getId().compareTo(live.getId()) <= 0)
                .filter(entry -> restored == null || entry.getId().compareTo(restored.getId()) > 0)
                .toList();
    }

    /** Why the last attempt was refused, which is when forcing may be the answer; null if it was not. */
    @CheckForNull
    public String getRefusal() {
        return earlier.stream()
                .filter(Rollback::isEnded)
                .findFirst()
                .filter(last -> last.getOutcome() == Outcome.REFUSED)
                .map(Rollback::getMessage)
                .orElse(null);
    }

    /** How long the last one that ended well took, as text; null if there was none. */
    @CheckForNull
    public String getLastTook() {
        Optional<Rollback> last = earlier.stream().filter(Rollback::isRestored).findFirst();
        return last.map(Rollback::getTookText).orElse(null);
    }
}
