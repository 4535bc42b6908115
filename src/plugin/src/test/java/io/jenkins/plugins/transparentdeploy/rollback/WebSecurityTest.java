package io.jenkins.plugins.transparentdeploy.rollback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import hudson.model.Item;
import hudson.model.User;
import io.jenkins.plugins.transparentdeploy.RollbackPermission;
import io.jenkins.plugins.transparentdeploy.records.ReleaseAction;
import io.jenkins.plugins.transparentdeploy.records.ReleaseHistory;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import jenkins.model.Jenkins;
import jenkins.security.ApiTokenProperty;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.MockAuthorizationStrategy;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/** Requests that nobody should get an answer to, against a job that really released something. */
@WithJenkins
class WebSecurityTest {
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final HttpRequest.BodyPublisher NOTHING = HttpRequest.BodyPublishers.noBody();
    private static final String WHAT = "?service=shop&environment=production&to=previous";

    @TempDir
    private Path directory;

    private JenkinsRule jenkins;

    @Test
    void whatIsNotAllowedIsNotDone(JenkinsRule rule) throws Exception {
        jenkins = rule;
        WorkflowJob job = jenkins.createProject(WorkflowJob.class, "shop");
        WorkflowRun run = release(job, "1.0", "open");
        secure(job);
        String id = run.getAction(ReleaseAction.class).getReleases().get(0).getId();
        String release = run.getUrl() + "release/";

        assertThat(get("rita", release)).isEqualTo(200);
        assertThat(get("rita", release + "operations?id=" + id)).isEqualTo(200);
        assertThat(get("rita", release + "progress")).isEqualTo(200);
        recordsOfAJobThatOneMayNotSee(release, id);
        namesThatLeadElsewhere(release);
        changesWithoutACrumbOrByGet(job, release);
        changesWithoutThePermission(job, release);
        programsSeeWhatTheirUsersSee(run);
        assertThat(Rollbacks.get().of("shop", "production")).isEmpty();
        String rollback = aProgramRollsBackWithATokenAndNoCrumb(job);
        for (String wish : List.of("giveUp", "steer?verb=abort", "steer?verb=pause", "steer?verb=promote")) {
            assertThat(post("rita", rollback + wish, false)).as(wish).contains("No valid crumb");
        }
    }

    private void programsSeeWhatTheirUsersSee(WorkflowRun run) throws Exception {
        String tree = "?tree="
                + URLEncoder.encode(
                        "services[service,mayRollBack,live[version,standing,buildUrl],allReleases[version]{0,1}]",
                        StandardCharsets.UTF_8);
        for (String page : List.of("deployments/api/json", "job/shop/releases/api/json")) {
            JsonNode services = json("reader", page).path("services");
            assertThat(services).hasSize(1);
            assertThat(services.at("/0/releases/0/version").asText()).isEqualTo("1.0");
            assertThat(services.at("/0/allReleases").isMissingNode())
                    .as("thousands only when asked for")
                    .isTrue();
            JsonNode shop = json("rita", page + tree).at("/services/0");
            assertThat(shop.at("/live/version").asText()).isEqualTo("1.0");
            assertThat(shop.at("/live/standing").asText()).isEqualTo("LIVE");
            assertThat(shop.at("/live/buildUrl").asText()).isEqualTo(run.getUrl());
            assertThat(shop.path("mayRollBack").asBoolean()).isTrue();
            assertThat(shop.path("allReleases")).hasSize(1);
        }
        assertThat(json("reader", "deployments/api/json")
                        .at("/services/0/mayRollBack")
                        .asBoolean())
                .isFalse();
        assertThat(json("stranger", "deployments/api/json").path("services")).isEmpty();
        assertThat(get("stranger", "job/shop/releases/api/json")).isEqualTo(404);
        assertThat(json("reader", run.getUrl() + "release/api/json")
                        .at("/releases/0/standing")
                        .asText())
                .isEqualTo("LIVE");
        assertThat(get("stranger", run.getUrl() + "release/api/json")).isEqualTo(404);
    }

    private String aProgramRollsBackWithATokenAndNoCrumb(WorkflowJob job) throws Exception {
        release(job, "1.1", "slow");
        String rollback = job.getUrl() + "releases/rollback" + WHAT + "&reason=orders%20fail";
        assertThat(send(request(rollback)
                        .header("Authorization", token("reader"))
                        .POST(NOTHING)))
                .isEqualTo(403);
        assertThat(send(request(rollback)
                        .header("Authorization", token("stranger"))
                        .POST(NOTHING)))
                .isEqualTo(404);
        HttpResponse<Void> answer = HTTP.send(
                request(rollback)
                        .header("Authorization", token("rita"))
                        .POST(NOTHING)
                        .build(),
                HttpResponse.BodyHandlers.discarding());
        assertThat(answer.statusCode()).isEqualTo(302);
        String page = answer.uri()
                .resolve(answer.headers().firstValue("Location").orElseThrow())
                .toString()
                .replace(jenkins.getURL().toString(), "");
        await().atMost(Duration.ofSeconds(90))
                .until(() -> json("rita", page + "api/json").path("ended").asBoolean());
        JsonNode end = json("rita", page + "api/json");
        assertThat(end.path("outcome").asText()).as(end.toString()).isEqualTo("RESTORED");
        assertThat(directory.resolve("live/page")).hasContent("open");
        assertThat(end.path("user").asText()).isEqualTo("rita");
        assertThat(end.path("reason").asText()).isEqualTo("orders fail");
        listedForThoseWhoSeeTheServiceFromWhereForThoseWhoDecide(page, end);
        assertThat(get("stranger", page + "api/json")).isEqualTo(404);
        return page;
    }

    private void listedForThoseWhoSeeTheServiceFromWhereForThoseWhoDecide(String page, JsonNode end) throws Exception {
        Instant asked = Instant.parse(end.path("requestedAt").asText());
        assertThat(asked).isBetween(Instant.now().minus(Duration.ofMinutes(5)), Instant.now());
        assertThat(end.path("address").asText()).isEqualTo("127.0.0.1");
        assertThat(json("reader", page + "api/json").path("address").isNull()).isTrue();
        for (String user : List.of("rita", "reader")) {
            JsonNode listed = json(user, "deployments/api/json").at("/services/0/rollbacks");
            assertThat(listed).hasSize(1);
            assertThat(listed.at("/0/id").asText()).isEqualTo(end.path("id").asText());
            assertThat(listed.at("/0/user").asText()).isEqualTo("rita");
            assertThat(listed.at("/0/reason").asText()).isEqualTo("orders fail");
            assertThat(listed.at("/0/requestedAt").asText()).isEqualTo(asked.toString());
            assertThat(listed.at("/0/address").isNull()).as(user).isEqualTo(user.equals("reader"));
        }
        assertThat(get("reader", "deployments/audit" + WHAT)).isEqualTo(200);
        assertThat(get("stranger", "deployments/audit" + WHAT)).isEqualTo(404);
    }

    private JsonNode json(String user, String path) throws Exception {
        HttpResponse<String> answer = HTTP.send(
                request(path).header("Authorization", basic(user)).GET().build(), HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(path).isEqualTo(200);
        return new ObjectMapper().readTree(answer.body());
    }

    private static String token(String user) throws Exception {
        String token =
                User.getById(user, true).getProperty(ApiTokenProperty.class).generateNewToken("test").plainValue;
        return "Basic " + Base64.getEncoder().encodeToString((user + ":" + token).getBytes(StandardCharsets.UTF_8));
    }

    private void recordsOfAJobThatOneMayNotSee(String release, String id) throws Exception {
        for (String path : List.of("", "operations?id=" + id, "samples?id=" + id, "progress")) {
            assertThat(get("stranger", release + path)).as(path).isEqualTo(404);
        }
        assertThat(get("stranger", "job/shop/releases/")).isEqualTo(404);
        assertThat(get("stranger", "deployments/history" + WHAT)).isEqualTo(404);
        assertThat(get("stranger", "deployments/rollbacks/" + "0".repeat(36) + "/"))
                .isEqualTo(404);
    }

    private void namesThatLeadElsewhere(String release) throws Exception {
        for (String id : List.of("..", "../..", "%2e%2e%2f%2e%2e%2fconfig", "..%5c..", "/etc/passwd", "", "a%00b")) {
            assertThat(get("rita", release + "samples?id=" + id)).as(id).isIn(400, 404);
            assertThat(get("rita", release + "operations?id=" + id)).as(id).isIn(400, 404);
        }
        for (String name : List.of("..", "../production", "shop%2f..", "shop%00")) {
            assertThat(get("rita", "deployments/history?environment=production&service=" + name))
                    .as(name)
                    .isIn(400, 404);
            assertThat(get("rita", "deployments/confirm?to=previous&service=shop&environment=" + name))
                    .as(name)
                    .isIn(400, 404);
        }
        assertThat(get("rita", "job/shop/releases/rollbacks/..%2f..%2f/")).isIn(400, 404);
    }

    private void changesWithoutACrumbOrByGet(WorkflowJob job, String release) throws Exception {
        String rollback = job.getUrl() + "releases/rollback" + WHAT;
        assertThat(get("rita", rollback)).isEqualTo(405);
        assertThat(get("rita", "deployments/plan" + WHAT)).isEqualTo(405);
        assertThat(get("rita", release + "steer?verb=abort" + WHAT.replace('?', '&')))
                .isEqualTo(405);
        for (String path : List.of(
                rollback,
                "deployments/plan" + WHAT,
                "deployments/promote" + WHAT,
                job.getUrl() + "releases/promote" + WHAT,
                job.getUrl() + "freeze/decide?service=shop&environment=production&frozen=true&reason=x",
                release + "steer?verb=abort",
                release + "steer?verb=pause",
                release + "steer?verb=resume",
                release + "steer?verb=promote")) {
            assertThat(post("rita", path, false)).as(path).contains("No valid crumb");
        }
        assertThat(ReleaseHistory.of("shop", "production").getFreeze()).isNull();
        assertThat(Rollbacks.get().of(PromotionRun.class, "shop", "production")).isEmpty();
    }

    private void changesWithoutThePermission(WorkflowJob job, String release) throws Exception {
        for (String path : List.of(
                job.getUrl() + "releases/rollback" + WHAT,
                "deployments/rollback" + WHAT,
                "deployments/plan" + WHAT,
                release + "steer?verb=abort" + WHAT.replace('?', '&'))) {
            assertThat(post("reader", path, true)).as(path).contains("Rollback permission");
        }
    }

    /** What is said to somebody who is logged in, and is refused. */
    private String post(String user, String path, boolean crumb) throws Exception {
        try (JenkinsRule.WebClient web = jenkins.createWebClient().login(user)) {
            web.setThrowExceptionOnFailingStatusCode(false);
            var post = new org.htmlunit.WebRequest(
                    URI.create(jenkins.getURL() + path).toURL(), org.htmlunit.HttpMethod.POST);
            var answer = web.getPage(crumb ? web.addCrumb(post) : post).getWebResponse();
            assertThat(answer.getStatusCode()).as(path).isEqualTo(403);
            return answer.getContentAsString();
        }
    }

    private void secure(WorkflowJob job) {
        jenkins.jenkins.setSecurityRealm(jenkins.createDummySecurityRealm());
        jenkins.jenkins.setAuthorizationStrategy(new MockAuthorizationStrategy()
                .grant(Jenkins.READ)
                .everywhere()
                .to("rita", "reader", "stranger")
                .grant(Item.READ)
                .onItems(job)
                .to("rita", "reader")
                .grant(RollbackPermission.ROLLBACK)
                .onItems(job)
                .to("rita"));
    }

    private WorkflowRun release(WorkflowJob job, String version, String page) throws Exception {
        Path live = Files.createDirectories(directory.resolve("live"));
        job.setDefinition(new CpsFlowDefinition(
                "node { writeFile file: 'app/page', text: '" + page
                        + "'; deploy service: 'shop', environment: 'production',"
                        + " stateDirectory: '" + directory.resolve("state")
                        + "', artifact: 'app', version: '" + version + "', target:"
                        + " directory('" + live + "') }",
                true));
        return jenkins.buildAndAssertSuccess(job);
    }

    private int get(String user, String path) throws Exception {
        return send(request(path).header("Authorization", basic(user)).GET());
    }

    private HttpRequest.Builder request(String path) throws Exception {
        return HttpRequest.newBuilder(URI.create(jenkins.getURL() + path));
    }

    private static int send(HttpRequest.Builder request) throws Exception {
        return HTTP.send(request.build(), HttpResponse.BodyHandlers.discarding())
                .statusCode();
    }

    private static String basic(String user) {
        return "Basic " + Base64.getEncoder().encodeToString((user + ":" + user).getBytes(StandardCharsets.UTF_8));
    }
}
