package io.jenkins.plugins.transparentdeploy.records;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.jenkins.plugins.transparentdeploy.agent.HostText;
import java.time.Instant;
import org.kohsuke.stapler.export.Exported;
import org.kohsuke.stapler.export.ExportedBean;

/**
 * The last decision about whether an environment takes deployments, as the host had it when it was last heard. The host
 * decides; this is for those who look.
 */
@ExportedBean(defaultVisibility = 3)
public final class Freeze {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final int LIMIT = 64 * 1024;

    private final JsonNode decision;

    private Freeze(JsonNode decision) {
        this.decision = decision;
    }

    /** @param text what a host said: one that says nothing, or nothing that makes sense, has not frozen anything */
    static Freeze parse(String text) {
        try {
            return new Freeze(MAPPER.readTree(text.isBlank() || text.length() > LIMIT ? "{}" : text));
        } catch (JsonProcessingException e) {
            return new Freeze(MAPPER.createObjectNode());
        }
    }

    public boolean isFrozen() {
        return decision.path("frozen").asBoolean();
    }

    @Exported
    public String getWho() {
        return HostText.of(decision.path("actor").path("who").asText(), HostText.NAME);
    }

    /** May be empty. */
    @Exported
    public String getReason() {
        return HostText.of(decision.path("reason").asText(), HostText.SENTENCE);
    }

    /** For pages. */
    public Moment getSince() {
        return new Moment(Moment.parse(decision.path("at").asText()).orElse(Instant.EPOCH));
    }

    /** For programs: ISO 8601. */
    @Exported(name = "since")
    public String getSinceIso() {
        return getSince().getIso();
    }

    String toJson() {
        return decision.toPrettyString();
    }
}
