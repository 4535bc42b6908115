package io.jenkins.plugins.transparentdeploy.rollback;

import static org.assertj.core.api.Assertions.assertThat;

import hudson.model.Item;
import io.jenkins.plugins.transparentdeploy.RollbackPermission;
import io.jenkins.plugins.transparentdeploy.records.ReleaseAction;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import jenkins.model.Jenkins;
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
    private static final String WHAT = "?service=shop&environment=production&to=previous";

    @TempDir
    private Path directory;

    private JenkinsRule jenkins;

    @Test
    void whatIsNotAllowedIsNotDone(JenkinsRule rule) throws Exception {
        jenkins = rule;
        WorkflowJob job = jenkins.createProject(WorkflowJob.class, "shop");
        WorkflowRun run = release(job);
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
        assertThat(Rollbacks.get().of("shop", "production")).isEmpty();
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
        for (String path : List.of(rollback, "deployments/plan" + WHAT, release + "steer?verb=abort")) {
            assertThat(post("rita", path, false)).as(path).contains("No valid crumb");
        }
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

    private WorkflowRun release(WorkflowJob job) throws Exception {
        Path live = Files.createDirectories(directory.resolve("live"));
        job.setDefinition(new CpsFlowDefinition(
                "node { writeFile file: 'app/page', text: 'open'; deploy service: 'shop', environment: 'production',"
                        + " stateDirectory: '" + directory.resolve("state")
                        + "', artifact: 'app', version: '1.0', target:"
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
