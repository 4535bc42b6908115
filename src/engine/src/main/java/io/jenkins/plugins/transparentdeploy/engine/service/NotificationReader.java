package io.jenkins.plugins.transparentdeploy.engine.service;

import com.fasterxml.jackson.databind.JsonNode;
import io.jenkins.plugins.transparentdeploy.engine.notification.Occasion;
import io.jenkins.plugins.transparentdeploy.engine.notification.Webhook;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** Reads who is told what happens. */
final class NotificationReader {
    static final Set<String> KEYS = Set.of("webhook", "secret", "events");

    private NotificationReader() {}

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
