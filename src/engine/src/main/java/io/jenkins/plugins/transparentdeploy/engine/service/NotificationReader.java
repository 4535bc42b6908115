package io.jenkins.plugins.transparentdeploy.engine.service;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.jenkins.plugins.transparentdeploy.engine.Json;
import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import io.jenkins.plugins.transparentdeploy.engine.notification.Occasion;
import io.jenkins.plugins.transparentdeploy.engine.notification.Webhook;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** Reads who is told what happens. */
public final class NotificationReader {
    static final Set<String> KEYS = Set.of("webhook", "secret", "events");

    private NotificationReader() {}

    /**
     * Reads a list as it stands under {@code notifications}, as JSON.
     *
     * @throws RefusedException when it is none
     */
    public static List<Webhook> parse(String json) {
        try {
            JsonNode list = Json.MAPPER.readTree(json);
            return read(
                    Section.of("", Json.MAPPER.createObjectNode().set("notifications", list), Set.of("notifications")));
        } catch (JsonProcessingException e) {
            throw new RefusedException(
                    "The list of receivers is not JSON: " + e.getOriginalMessage(),
                    "Write it as [{\"webhook\": \"https://host/path\", \"secret\": {\"env\": \"NAME\"}}]",
                    e);
        }
    }

    static List<Webhook> read(Section environment) {
        List<JsonNode> nodes = environment.list("notifications", node -> node);
        List<Webhook> webhooks = new ArrayList<>();
        for (int i = 0; i < nodes.size(); i++) {
            Section section = Section.of(environment.at("notifications") + "[" + i + "]", nodes.get(i), KEYS);
            webhooks.add(new Webhook(uri(section), CheckReader.secret(section, "secret"), occasions(section)));
        }
        return List.copyOf(webhooks);
    }

    private static URI uri(Section section) {
        String text = section.required("webhook", "Give a URL, as in https://hooks.example.org/releases");
        try {
            URI uri = new URI(text);
            boolean http = "http".equalsIgnoreCase(uri.getScheme()) || "https".equalsIgnoreCase(uri.getScheme());
            if (!http || uri.getHost() == null) {
                throw section.bad("webhook", "is not an absolute http or https URL", "Write https://host/path");
            }
            if (uri.getUserInfo() != null) {
                throw section.bad(
                        "webhook",
                        "holds credentials, and the service file is copied into every release record",
                        "Leave them out: a receiver knows a message by its signature");
            }
            return uri;
        } catch (URISyntaxException e) {
            throw section.bad("webhook", "is not a URL: " + e.getReason(), "Write https://host/path");
        }
    }

    private static Set<Occasion> occasions(Section section) {
        List<String> names = section.texts("events");
        if (names.isEmpty()) {
            return EnumSet.allOf(Occasion.class);
        }
        Set<Occasion> occasions = EnumSet.noneOf(Occasion.class);
        for (String name : names) {
            occasions.add(Occasion.of(name)
                    .orElseThrow(() -> section.bad(
                            "events",
                            "names the unknown event '" + name + "'",
                            NearestName.cure(name, Occasion.keys()))));
        }
        return occasions;
    }
}
