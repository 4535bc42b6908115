package io.jenkins.plugins.transparentdeploy.configuration;

import com.fasterxml.jackson.databind.ObjectMapper;
import hudson.ProxyConfiguration;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.UUID;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import jenkins.model.Jenkins;

/** A message by which an administrator sees that a receiver is there, and a receiver that its secret is right. */
final class TestMessage {
    static final String EVENT = "webhook.test";
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final String ALGORITHM = "HmacSHA256";

    private TestMessage() {}

    /**
     * Sends it, once.
     *
     * @return the status that it was answered with
     * @throws IOException if there was no answer in ten seconds
     */
    static int send(String url, String secret) throws IOException, InterruptedException {
        String id = UUID.randomUUID().toString();
        Instant now = Instant.now();
        String body = new ObjectMapper()
                .createObjectNode()
                .put("schema", 1)
                .put("id", id)
                .put("event", EVENT)
                .put("at", now.toString())
                .put("who", Jenkins.getAuthentication2().getName())
                .put("via", "jenkins")
                .put("url", Jenkins.get().getRootUrl())
                .toString();
        HttpClient client = ProxyConfiguration.newHttpClientBuilder()
                .connectTimeout(PATIENCE)
                .followRedirects(HttpClient.Redirect.NEVER)
                .build();
        HttpRequest request = ProxyConfiguration.newHttpRequestBuilder(URI.create(url))
                .timeout(PATIENCE)
                .header("Content-Type", "application/json")
                .header("Transparent-Deploy-Event", EVENT)
                .header("Transparent-Deploy-Delivery", id)
                .header("Transparent-Deploy-Signature", signature(secret, now, body))
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        return client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
    }

    /** As docs/notifications.md has it, and the hosts. */
    private static String signature(String secret, Instant at, String body) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), ALGORITHM));
            byte[] signed = (at.getEpochSecond() + "." + body).getBytes(StandardCharsets.UTF_8);
            return "t=" + at.getEpochSecond() + ",v1=" + HexFormat.of().formatHex(mac.doFinal(signed));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every Java platform has " + ALGORITHM, e);
        }
    }
}
