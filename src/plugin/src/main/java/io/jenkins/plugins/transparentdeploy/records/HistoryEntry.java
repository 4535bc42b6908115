package io.jenkins.plugins.transparentdeploy.records;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.model.Run;
import io.jenkins.plugins.transparentdeploy.agent.HostText;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Pattern;

/**
 * One release as the controller remembers it: its record as it came from the host, and where it was made. Immutable;
 * this class alone knows the names in those records.
 */
public final class HistoryEntry {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final ObjectMapper CANONICAL =
            new ObjectMapper().enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS);

    private static final Pattern ID = Pattern.compile("\\d{8}T\\d{9}Z-[0-9a-f]{8}");
    /** Nothing else of what a host says gets into a command that somebody copies from a page. */
    private static final Pattern JOURNAL_HEAD = Pattern.compile("[1-9]\\d{0,17}:[0-9a-f]{64}");

    private final JsonNode content;

    HistoryEntry(JsonNode content) {
        this.content = content;
    }

    /**
     * @param build the build that did it, or null if it was none
     * @param journalHead {@code NUMBER:HASH}, or null if the host did not tell
     */
    static HistoryEntry of(JsonNode release, @CheckForNull Run<?, ?> build, @CheckForNull String journalHead) {
        ObjectNode content = MAPPER.createObjectNode();
        content.set("release", release);
        if (build != null) {
            content.putObject("build")
                    .put("renames", JobRenames.count()) // first: a rename meanwhile is then one after it
                    .put("job", build.getParent().getFullName())
                    .put("number", build.getNumber());
        }
        content.put("journalHead", journalHead);
        return new HistoryEntry(content);
    }

    /** This one, keeping what was known about its build and its rollback before. */
    HistoryEntry over(@CheckForNull HistoryEntry older) {
        if (older == null) {
            return this;
        }
        ObjectNode merged = older.content.deepCopy();
        content.properties().forEach(property -> {
            if (!(property.getKey().equals("build") && merged.has("build"))) {
                merged.set(property.getKey(), property.getValue());
            }
        });
        return new HistoryEntry(merged);
    }

    HistoryEntry rolledBackBy(HistoryEntry rollback) {
        ObjectNode marked = content.deepCopy();
        marked.put("rolledBackBy", rollback.getId());
        return new HistoryEntry(marked);
    }

    public String getId() {
        return release().path("id").asText();
    }

    public String getService() {
        return release().path("service").asText();
    }

    public String getEnvironment() {
        return release().path("environment").asText();
    }

    public String getVersion() {
        return name(release().path("version"));
    }

    @CheckForNull
    public String getCommit() {
        return nameOrNull(release().path("commit"));
    }

    /** {@code DEPLOYMENT}, {@code ROLLBACK} or {@code ADOPTION}. */
    public String getKind() {
        return name(release().path("kind"));
    }

    public boolean isRollback() {
        return getKind().equals("ROLLBACK");
    }

    public String getStrategy() {
        return name(release().path("strategy"));
    }

    public String getWho() {
        return name(release().path("actor").path("who"));
    }

    @CheckForNull
    public String getReason() {
        String reason = release().path("reason").textValue();
        return reason == null ? null : HostText.of(reason, HostText.SENTENCE);
    }

    /** {@code SUCCEEDED}, {@code ROLLED_BACK} …; empty if the record says none. */
    public String getState() {
        return name(lastState().path("state"));
    }

    /** Why it is in that state; may be empty. */
    public String getStateReason() {
        return sentence(lastState().path("reason"));
    }

    public Instant getStartedAt() {
        return instant(release().path("states").path(0));
    }

    public Instant getChangedAt() {
        return instant(lastState());
    }

    /** For pages. */
    public Moment getStarted() {
        return new Moment(getStartedAt());
    }

    /** For pages: when it came into the state it is in. */
    public Moment getChanged() {
        return new Moment(getChangedAt());
    }

    /** For pages: what spoke for it or against it, checks first. */
    public List<Evidence> getEvidence() {
        return Evidence.of(release());
    }

    /** For pages: the states it came through, in their order. */
    public List<StateChange> getStates() {
        return StateChange.of(release());
    }

    /** For pages: the steps of its report; empty if it has none. */
    public List<ReportStep> getReport() {
        return ReportStep.of(release());
    }

    /** For pages: its hosts; empty if all of it is on the machine that deploys. */
    public Fleet getFleet() {
        return Fleet.of(
                release(), getState().equals("ROLLED_BACK") || getState().equals("ROLLBACK_FAILED"));
    }

    /** For pages: what became of its playbooks on each host; empty if it ran none. */
    public List<HostRecap> getHostRecaps() {
        return HostRecap.of(release());
    }

    /** For pages: the quality that the analysis found, in per cent, or null if none was made or it came to nothing. */
    @CheckForNull
    public Integer getScorePercent() {
        double score = release().path("analysis").path("score").asDouble(Double.NaN);
        return Double.isFinite(score) ? (int) Math.round(100 * Math.max(0, Math.min(1, score))) : null;
    }

    /** For pages: what the analysis came to, in one sentence; empty if none was made. */
    public String getAnalysisSummary() {
        return sentence(release().path("analysis").path("summary"));
    }

    /** For pages: how many of the evidence speak for it. */
    public long getPassedCount() {
        return getEvidence().stream().filter(Evidence::passed).count();
    }

    /** For pages: what went wrong, or null if nothing did. */
    @CheckForNull
    public Incident getIncident() {
        return release().hasNonNull("incident") ? new Incident(release().path("incident")) : null;
    }

    /** The release that was live before it, or null. */
    @CheckForNull
    public String getParentId() {
        return nameOrNull(release().path("parent"));
    }

    /** For a rollback: the release, or rollback point, that it brought back. */
    @CheckForNull
    public String getRestores() {
        return nameOrNull(release().path("restores"));
    }

    public int getCreated() {
        return Math.max(0, release().path("delta").path("created").asInt());
    }

    public int getUpdated() {
        return Math.max(0, release().path("delta").path("updated").asInt());
    }

    public int getDeleted() {
        return Math.max(0, release().path("delta").path("deleted").asInt());
    }

    public long getBytes() {
        return Math.max(0, release().path("delta").path("bytes").asLong());
    }

    /** The whole record, for those who show more of it. */
    public JsonNode release() {
        return content.path("release");
    }

    /**
     * The newest record of the host's journal when this came to its end, as {@code NUMBER:HASH}; null if the host did not tell,
     * or only the hash, as earlier versions did.
     */
    @CheckForNull
    public String getJournalHead() {
        String head = content.path("journalHead").asText();
        return JOURNAL_HEAD.matcher(head).matches() ? head : null;
    }

    /** The id of the rollback that took it back, or null. */
    @CheckForNull
    public String getRolledBackBy() {
        return content.path("rolledBackBy").textValue();
    }

    /** Whether it serves, and somebody still decides about it. */
    boolean isHeld() {
        return release().path("held").asBoolean() && getState().equals("VERIFYING");
    }

    /** Equal for releases that brought the same content: a digest of the managed state of every instance. */
    String contentKey() {
        try {
            Object instances = CANONICAL.treeToValue(release().path("instances"), Object.class);
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(CANONICAL.writeValueAsBytes(instances));
            return HexFormat.of().formatHex(digest, 0, 16);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("Release " + getId() + " does not say what it consists of", e);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }

    /** Whether this has the form of a release's id. */
    public static boolean isId(String text) {
        return ID.matcher(text).matches();
    }

    ReleaseSummary summary() {
        return ReleaseSummary.of(this);
    }

    /** Full name of the job whose build made it, or null if no build did. */
    @CheckForNull
    public String getJobName() {
        String name = getJobNameThen();
        return name == null ? null : JobRenames.now(name, getRenamesBefore());
    }

    /** What that job was called when this was remembered. */
    @CheckForNull
    String getJobNameThen() {
        return content.path("build").path("job").textValue();
    }

    /** How many renames there had been then. */
    int getRenamesBefore() {
        return content.path("build").path("renames").asInt();
    }

    int getBuildNumber() {
        return content.path("build").path("number").asInt();
    }

    JsonNode toJson() {
        return content;
    }

    /** Whether this build made it; with null, whether none did. */
    boolean isBuiltBy(@CheckForNull Run<?, ?> run) {
        return run == null
                ? getJobName() == null
                : run.getParent().getFullName().equals(getJobName()) && run.getNumber() == getBuildNumber();
    }

    /** The build that made it, as it is called in messages; a dash if none did. */
    String getBuildName() {
        return getJobName() == null ? "–" : getJobName() + " #" + getBuildNumber();
    }

    private static String name(JsonNode text) {
        return HostText.of(text.asText(), HostText.NAME);
    }

    @CheckForNull
    private static String nameOrNull(JsonNode text) {
        return text.isTextual() ? name(text) : null;
    }

    private static String sentence(JsonNode text) {
        return HostText.of(text.asText(), HostText.SENTENCE);
    }

    private JsonNode lastState() {
        JsonNode states = release().path("states");
        return states.path(states.size() - 1);
    }

    private static Instant instant(JsonNode state) {
        return Moment.parse(state.path("at").asText()).orElse(Instant.EPOCH);
    }
}
