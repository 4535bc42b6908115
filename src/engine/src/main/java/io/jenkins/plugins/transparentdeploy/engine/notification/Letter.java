package io.jenkins.plugins.transparentdeploy.engine.notification;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.jenkins.plugins.transparentdeploy.engine.SecretReference;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;

/**
 * A notice on its way to one receiver, as it lies in the outbox.
 *
 * @param id of the notice
 * @param event of the notice
 * @param uri where it goes
 * @param secret where the secret is: {@code {"env": …}} or {@code {"file": …}}
 * @param body what is sent, to the byte
 * @param written when it was put there
 * @param attempts how many were made in vain
 * @param due when to try next
 * @param trouble why the last attempt was in vain; empty before the first
 */
record Letter(
        String id,
        Occasion event,
        URI uri,
        JsonNode secret,
        String body,
        Instant written,
        int attempts,
        Instant due,
        String trouble) {
    private static final Duration FIRST_WAIT = Duration.ofSeconds(1);
    private static final Duration LONGEST_WAIT = Duration.ofMinutes(10);

    static Letter of(Notice notice, Webhook webhook, String body, Instant now) {
        return new Letter(
                notice.id(), notice.event(), webhook.uri(), reference(webhook.secret()), body, now, 0, now, "");
    }

    private static JsonNode reference(SecretReference secret) {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        return secret instanceof SecretReference.Stored stored
                ? node.put("file", stored.path().toString())
                : node.put("env", ((SecretReference.Variable) secret).name());
    }

    SecretReference secretReference() {
        return secret.has("file")
                ? new SecretReference.Stored(Path.of(secret.get("file").asText()))
                : new SecretReference.Variable(secret.path("env").asText());
    }

    /** The same after an attempt in vain: each wait is twice as long as the one before, up to ten minutes. */
    Letter failed(String why, Instant now) {
        Duration wait = attempts >= 10 ? LONGEST_WAIT : FIRST_WAIT.multipliedBy(1L << attempts);
        Duration bounded = wait.compareTo(LONGEST_WAIT) < 0 ? wait : LONGEST_WAIT;
        return new Letter(id, event, uri, secret, body, written, attempts + 1, now.plus(bounded), why);
    }
}
