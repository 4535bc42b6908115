package io.jenkins.plugins.transparentdeploy.agent;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * Why a host does not do something, as {@code tdeploy} tells programs. Its cure is one for the command line; by the obstacle
 * is known what to advise in Jenkins.
 *
 * @param obstacle one of the constants, or something else
 * @param problem one sentence without a full stop
 * @param cure one sentence without a full stop
 */
public record Refusal(String obstacle, String problem, String cure) {
    /** Deployments are kept out until somebody lifts that. */
    public static final String FROZEN = "FROZEN";

    /** Managed paths are not as the last release left them. */
    public static final String CHANGED_BY_OTHERS = "CHANGED_BY_OTHERS";

    /** Something was done since that cannot be taken back. */
    public static final String POINT_OF_NO_RETURN = "POINT_OF_NO_RETURN";

    /** More hosts cannot be reached than may be left out. */
    public static final String HOSTS_OUT_OF_REACH = "HOSTS_OUT_OF_REACH";

    /** The content of the release is not on the host any more. */
    public static final String CONTENT_GONE = "CONTENT_GONE";

    /** @param json as it came from a host */
    public static Refusal of(JsonNode json) {
        return new Refusal(
                HostText.of(json.path("obstacle").asText(), HostText.NAME),
                HostText.of(json.path("problem").asText(), HostText.SENTENCE),
                HostText.of(json.path("cure").asText(), HostText.SENTENCE));
    }
}
