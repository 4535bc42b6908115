package io.jenkins.plugins.transparentdeploy.engine.notification;

import io.jenkins.plugins.transparentdeploy.engine.check.SecretReference;
import java.net.URI;
import java.util.Set;

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
}
