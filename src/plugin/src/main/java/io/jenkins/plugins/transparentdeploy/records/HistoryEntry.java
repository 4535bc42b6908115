package io.jenkins.plugins.transparentdeploy.records;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.model.Job;
import hudson.model.Run;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import jenkins.model.Jenkins;

/**
 * One release as the controller remembers it: its record as it came from the host, and where it was made. Immutable;
 * this class alone knows the names in those records.
 */
public final class HistoryEntry {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final JsonNode content;

    HistoryEntry(JsonNode content) {
        this.content = content;
    }

    /**
     * @param build the build that did it, or null if it was none
     * @param journalHead hex, or null if the host did not tell
     */
    static HistoryEntry of(JsonNode release, @CheckForNull Run<?, ?> build, @CheckForNull String journalHead) {
        ObjectNode content = MAPPER.createObjectNode();
        content.set("release", release);
        if (build != null) {
            content.putObject("build")
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

    HistoryEntry withJobName(String name) {
        ObjectNode moved = content.deepCopy();
        ((ObjectNode) moved.path("build")).put("job", name);
        return new HistoryEntry(moved);
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
        return release().path("version").asText();
    }

    @CheckForNull
    public String getCommit() {
        return release().path("commit").textValue();
    }

    /** {@code DEPLOYMENT}, {@code ROLLBACK} or {@code ADOPTION}. */
    public String getKind() {
        return release().path("kind").asText();
    }

    public boolean isRollback() {
        return getKind().equals("ROLLBACK");
    }

    public String getStrategy() {
        return release().path("strategy").asText();
    }

    public String getWho() {
        return release().path("actor").path("who").asText();
    }

    @CheckForNull
    public String getReason() {
        return release().path("reason").textValue();
    }

    /** {@code SUCCEEDED}, {@code ROLLED_BACK} …; empty if the record says none. */
    public String getState() {
        return lastState().path("state").asText();
    }

    /** Why it is in that state; may be empty. */
    public String getStateReason() {
        return lastState().path("reason").asText();
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
        return release().path("parent").textValue();
    }

    /** For a rollback: the release, or rollback point, that it brought back. */
    @CheckForNull
    public String getRestores() {
        return release().path("restores").textValue();
    }

    public int getCreated() {
        return release().path("delta").path("created").asInt();
    }

    public int getUpdated() {
        return release().path("delta").path("updated").asInt();
    }

    public int getDeleted() {
        return release().path("delta").path("deleted").asInt();
    }

    public long getBytes() {
        return release().path("delta").path("bytes").asLong();
    }

    /** The whole record, for those who show more of it. */
    public JsonNode release() {
        return content.path("release");
    }

    @CheckForNull
    public String getJournalHead() {
        return content.path("journalHead").textValue();
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

    /** Whether what it brought was live when it ended. */
    boolean tookEffect() {
        return getState().equals(isRollback() ? "ROLLED_BACK" : "SUCCEEDED");
    }

    /** Whether it can be gone back to. */
    public boolean isGood() {
        return !isRollback()
                && getState().equals("SUCCEEDED")
                && getRolledBackBy() == null
                && !release().hasNonNull("knownBad");
    }

    /** Whether a later release brought another content. */
    boolean isReplacedBy(HistoryEntry later) {
        return getId().compareTo(later.getId()) < 0
                && !release().path("instances").equals(later.release().path("instances"));
    }

    /** Whether another release brought the same content and is known to be bad. */
    boolean isKnownBadAs(HistoryEntry other) {
        boolean bad = other.getRolledBackBy() != null || other.release().hasNonNull("knownBad");
        return bad && release().path("instances").equals(other.release().path("instances"));
    }

    /** Full name of the job whose build made it, or null if no build did. */
    @CheckForNull
    public String getJobName() {
        return content.path("build").path("job").textValue();
    }

    /** The build that made it, if it is still there and the current user may see it. */
    public Optional<Run<?, ?>> build() {
        String job = getJobName();
        if (job == null) {
            return Optional.empty();
        }
        Job<?, ?> found = Jenkins.get().getItemByFullName(job, Job.class);
        return found == null
                ? Optional.empty()
                : Optional.ofNullable(found.getBuildByNumber(
                        content.path("build").path("number").asInt()));
    }

    /** For pages. */
    @CheckForNull
    public Run<?, ?> getBuild() {
        return build().orElse(null);
    }

    JsonNode toJson() {
        return content;
    }

    private JsonNode lastState() {
        JsonNode states = release().path("states");
        return states.path(states.size() - 1);
    }

    private static Instant instant(JsonNode state) {
        String at = state.path("at").asText();
        return at.isEmpty() ? Instant.EPOCH : Instant.parse(at);
    }
}
