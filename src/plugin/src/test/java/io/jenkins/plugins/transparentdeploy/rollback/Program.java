package io.jenkins.plugins.transparentdeploy.rollback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import hudson.model.User;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import jenkins.security.ApiTokenProperty;
import org.jvnet.hudson.test.JenkinsRule;

/** A program that has an API token of its user, and no crumb. */
final class Program {
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private final String root;
    private final String authorization;

    Program(JenkinsRule jenkins, String user) throws IOException {
        root = jenkins.getURL().toString();
        String token =
                User.getById(user, true).getProperty(ApiTokenProperty.class).generateNewToken("program").plainValue;
        authorization =
                "Basic " + Base64.getEncoder().encodeToString((user + ":" + token).getBytes(StandardCharsets.UTF_8));
    }

    int status(String path) throws Exception {
        return post(path).statusCode();
    }

    /** Asks for something that takes its time, and waits for its end. @return what its page says to programs */
    JsonNode ask(String path) throws Exception {
        HttpResponse<String> answer = post(path);
        assertThat(answer.statusCode()).as(path + ": " + answer.body()).isEqualTo(302);
        String page = answer.uri()
                .resolve(answer.headers().firstValue("Location").orElseThrow())
                .toString();
        return await().atMost(Duration.ofSeconds(90)).until(() -> json(page + "api/json"), state -> state.path("ended")
                .asBoolean());
    }

    private HttpResponse<String> post(String path) throws Exception {
        return send(HttpRequest.newBuilder(URI.create(root + path)).POST(HttpRequest.BodyPublishers.noBody()));
    }

    private JsonNode json(String url) throws Exception {
        return new ObjectMapper()
                .readTree(send(HttpRequest.newBuilder(URI.create(url))).body());
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        return HTTP.send(request.header("Authorization", authorization).build(), HttpResponse.BodyHandlers.ofString());
    }
}
