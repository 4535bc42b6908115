package io.jenkins.plugins.transparentdeploy.records;

import com.fasterxml.jackson.annotation.JsonAutoDetect;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.model.Job;
import hudson.model.Run;
import io.jenkins.plugins.transparentdeploy.Owner;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import jenkins.model.lazy.LazyBuildMixIn.LazyLoadingJob;

/**
 * What lists of releases show of one, and what decides whether it is live or can come back: small enough that all
 * releases of a Jenkins fit into memory. A line of the index of its history; the record itself is {@link HistoryEntry}.
 * Immutable.
 */
@JsonAutoDetect(
        fieldVisibility = JsonAutoDetect.Visibility.ANY,
        getterVisibility = JsonAutoDetect.Visibility.NONE,
        isGetterVisibility = JsonAutoDetect.Visibility.NONE)
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_DEFAULT)
public final class ReleaseSummary {
    private static final int SHORT_COMMIT = 10;

    private String id = "";
    private String version = "";

    @CheckForNull
    private String commit;

    private String kind = "";
    private String state = "";
    private String stateReason = "";
    private long startedAt;
    private long changedAt;
    private String who = "";

    @CheckForNull
    private String reason;

    @CheckForNull
    private String restores;

    private String content = "";
    private boolean knownBad;

    @CheckForNull
    private String rolledBackBy;

    private int checks;
    private int passed;
    private int created;
    private int updated;
    private int deleted;
    private int hosts;
    private int converged;

    /** What it was called then. */
    @CheckForNull
    private String job;

    /** How many renames of jobs there had been then. */
    private int renames;

    private int build;

    private ReleaseSummary() {}

    static ReleaseSummary of(HistoryEntry entry) {
        ReleaseSummary summary = new ReleaseSummary();
        summary.id = entry.getId();
        summary.version = entry.getVersion();
        summary.commit = entry.getCommit();
        summary.kind = entry.getKind();
        summary.state = entry.getState();
        summary.stateReason = entry.getStateReason();
        summary.startedAt = entry.getStartedAt().toEpochMilli();
        summary.changedAt = entry.getChangedAt().toEpochMilli();
        summary.who = entry.getWho();
        summary.reason = entry.getReason();
        summary.restores = entry.getRestores();
        summary.content = entry.contentKey();
        summary.knownBad = entry.release().hasNonNull("knownBad");
        summary.rolledBackBy = entry.getRolledBackBy();
        summary.checks = entry.getEvidence().size();
        summary.passed = (int) entry.getPassedCount();
        summary.created = entry.getCreated();
        summary.updated = entry.getUpdated();
        summary.deleted = entry.getDeleted();
        Fleet fleet = entry.getFleet();
        summary.hosts = fleet.getCount();
        summary.converged = fleet.getConvergedCount();
        summary.job = entry.getJobNameThen();
        summary.renames = entry.getRenamesBefore();
        summary.build = entry.getBuildNumber();
        return summary.shared();
    }

    /** It shares the texts that thousands of releases have in common. */
    ReleaseSummary shared() {
        kind = kind.intern();
        state = state.intern();
        who = who.intern();
        job = job == null ? null : job.intern();
        return this;
    }

    public String getId() {
        return id;
    }

    public String getVersion() {
        return version;
    }

    @CheckForNull
    public String getCommit() {
        return commit;
    }

    /** The beginning of the commit, as people write it; null if none is known. */
    @CheckForNull
    public String getShortCommit() {
        return commit == null ? null : commit.substring(0, Math.min(SHORT_COMMIT, commit.length()));
    }

    /** {@code DEPLOYMENT}, {@code ROLLBACK} or {@code ADOPTION}. */
    public String getKind() {
        return kind;
    }

    public boolean isRollback() {
        return kind.equals("ROLLBACK");
    }

    /** {@code SUCCEEDED}, {@code ROLLED_BACK} …; empty if the record says none. */
    public String getState() {
        return state;
    }

    /** Why it is in that state; may be empty. */
    public String getStateReason() {
        return stateReason;
    }

    public Instant getStartedAt() {
        return Instant.ofEpochMilli(startedAt);
    }

    public Instant getChangedAt() {
        return Instant.ofEpochMilli(changedAt);
    }

    /** For pages. */
    public Moment getStarted() {
        return new Moment(getStartedAt());
    }

    /** For pages: when it came into the state it is in. */
    public Moment getChanged() {
        return new Moment(getChangedAt());
    }

    public String getWho() {
        return who;
    }

    @CheckForNull
    public String getReason() {
        return reason;
    }

    /** For a rollback: the release, or rollback point, that it brought back. */
    @CheckForNull
    public String getRestores() {
        return restores;
    }

    /** The id of the rollback that took it back, or null. */
    @CheckForNull
    public String getRolledBackBy() {
        return rolledBackBy;
    }

    /** How many checks and metrics spoke for or against it. */
    public int getCheckCount() {
        return checks;
    }

    /** How many of them spoke for it. */
    public int getPassedCount() {
        return passed;
    }

    public int getCreated() {
        return created;
    }

    public int getUpdated() {
        return updated;
    }

    public int getDeleted() {
        return deleted;
    }

    /** How many instances it has on other hosts; 0 if all are on the machine that deploys. */
    public int getHostCount() {
        return hosts;
    }

    /** How many of them had what they should have when that was measured. */
    public int getConvergedCount() {
        return converged;
    }

    /** Whether no instance on a host is known to have something else. */
    public boolean isConverged() {
        return converged == hosts;
    }

    /** Whether what it brought was live when it ended. */
    boolean tookEffect() {
        return state.equals(isRollback() ? "ROLLED_BACK" : "SUCCEEDED");
    }

    /** Whether it serves already, or some of it, and it is not settled whether it stays. */
    boolean isUndecided() {
        return !isRollback() && Set.of("DEPLOYING", "VERIFYING", "ANALYSING").contains(state);
    }

    /** Whether nothing of it serves: it was taken back by itself, or given up before it had begun. */
    boolean leftAllAsItWas() {
        return !isRollback() && Set.of("ROLLED_BACK", "ABANDONED").contains(state);
    }

    /** Whether it can be gone back to. */
    public boolean isGood() {
        return !isRollback() && state.equals("SUCCEEDED") && !isKnownBad();
    }

    /** Whether its content can be brought back by its id, also if something speaks against it. */
    public boolean isRestorable() {
        return !isRollback() && state.equals("SUCCEEDED");
    }

    /** Whether it was rolled back by hand, or its record speaks against it. */
    public boolean isKnownBad() {
        return rolledBackBy != null || knownBad;
    }

    /** Equal for releases that brought the same content. */
    String contentKey() {
        return content;
    }

    /** Whether a later release brought another content. */
    boolean isReplacedBy(ReleaseSummary later) {
        return id.compareTo(later.id) < 0 && !content.equals(later.content);
    }

    /** Whether that one, which is known to be bad, brought the same content later. */
    boolean isProvedBadBy(ReleaseSummary bad) {
        return id.compareTo(bad.id) < 0 && content.equals(bad.content);
    }

    public boolean isAfter(ReleaseSummary other) {
        return id.compareTo(other.id) > 0;
    }

    /** Full name of the job whose build made it, or null if no build did. */
    @CheckForNull
    public String getJobName() {
        return job == null ? null : JobRenames.now(job, renames);
    }

    public int getBuildNumber() {
        return build;
    }

    /**
     * The build that made it, if it is still there, and not one of the same name and number of a job that was created anew.
     * Whether it may be seen is for the caller to ask. Loads the build.
     */
    public Optional<Run<?, ?>> build() {
        return Optional.ofNullable(getJobName()).flatMap(Owner::job).map(this::builtBy);
    }

    @CheckForNull
    private Run<?, ?> builtBy(Job<?, ?> made) {
        Run<?, ?> found = made.getBuildByNumber(build);
        ReleaseAction releases = found == null ? null : found.getAction(ReleaseAction.class);
        return releases != null && releases.names(id) ? found : null;
    }

    /** For pages: the job that made it, if it is still there and the current user may see it. */
    @CheckForNull
    public Job<?, ?> getJob() {
        return Optional.ofNullable(getJobName()).flatMap(Owner::visibleJob).orElse(null);
    }

    /** For pages: the build that made it, below Jenkins's root; null if there is none to see. Loads no build. */
    @CheckForNull
    public String getBuildUrl() {
        Job<?, ?> found = getJob();
        if (found == null || build == 0) {
            return null;
        }
        boolean gone = found instanceof LazyLoadingJob<?, ?> lazy
                && !lazy.getLazyBuildMixIn().getRunMap().runExists(build);
        return gone ? null : found.getUrl() + build + "/";
    }
}
