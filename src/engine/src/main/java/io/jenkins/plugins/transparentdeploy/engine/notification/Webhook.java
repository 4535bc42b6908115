package io.jenkins.plugins.transparentdeploy.engine.notification;

import io.jenkins.plugins.transparentdeploy.engine.SecretReference;
import java.net.URI;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Where notices go.
 *
 * @param uri absolute, http or https, without credentials
 * @param secret what messages are signed with
 * @param occasions which notices go there; not empty
 */
public record Webhook(URI uri, SecretReference secret, Set<Occasion> occasions) {
    public Webhook {
        occasions = Set.copyOf(occasions);
    }

    /** All of them; where both lists name a URL, the first one says what it is told. */
    public static List<Webhook> together(List<Webhook> first, List<Webhook> second) {
        Set<URI> named = first.stream().map(Webhook::uri).collect(Collectors.toSet());
        return Stream.concat(first.stream(), second.stream().filter(webhook -> !named.contains(webhook.uri())))
                .toList();
    }
}
