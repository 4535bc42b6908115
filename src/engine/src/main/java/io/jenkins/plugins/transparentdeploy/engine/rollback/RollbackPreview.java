package io.jenkins.plugins.transparentdeploy.engine.rollback;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import io.jenkins.plugins.transparentdeploy.engine.Refusal;
import io.jenkins.plugins.transparentdeploy.engine.release.DeltaSummary;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a rollback would do, for somebody who is about to ask for it.
 *
 * @param live what is live, or is being tried; empty before the first release
 * @param about what a request names that is about this very state, and about no other that takes its place meanwhile: the
 *     release or rollback that made it live; empty before the first one, and as long as a release has not come to its end
 * @param back what would come back; empty when there is nothing
 * @param givesUp whether a release that has not come to its end would be given up for it
 * @param files what would change on each instance
 * @param delta the same, summed up
 * @param configuration what the description of the service says differently then
 * @param takenBack hooks that would be taken back, in the order in which they would be
 * @param runAgain hooks that would be run again
 * @param oneWay hooks that cannot be taken back; then it is refused, unless somebody accepts it
 * @param drifted managed paths that somebody else changed, by instance
 * @param expected how long it will take, from the decision to the verified state: the median of {@code measured} earlier
 *     ones; empty when there were none
 * @param refusals why it would be refused as it is asked for
 */
public record RollbackPreview(
        String service,
        String environment,
        Optional<Stand> live,
        Optional<ReleaseId> about,
        Optional<Stand> back,
        boolean givesUp,
        Map<String, Files> files,
        DeltaSummary delta,
        List<Setting> configuration,
        List<String> takenBack,
        List<String> runAgain,
        List<String> oneWay,
        Map<String, List<String>> drifted,
        Optional<Duration> expected,
        int measured,
        List<Refusal> refusals) {

    /** Why it would be refused as it is asked for, each with its cure, for people. */
    @JsonProperty
    public List<String> refused() {
        return refusals.stream().map(Refusal::text).toList();
    }

    /**
     * A release, or a rollback point.
     *
     * @param at when it was live for the first time, or when the point was taken
     */
    public record Stand(ReleaseId id, String version, Instant at) {}

    /**
     * Paths of an instance, at most {@link #MOST} of each kind.
     *
     * @param more how many further paths there are
     */
    public record Files(List<String> created, List<String> updated, List<String> deleted, int more) {
        /** How many of each kind are listed. */
        public static final int MOST = 200;
    }

    /**
     * A value of the service's description.
     *
     * @param pointer where it stands, as a JSON pointer
     * @param before what is in force; empty when it is not there
     * @param after what would be in force
     */
    public record Setting(String pointer, Optional<JsonNode> before, Optional<JsonNode> after) {}
}
