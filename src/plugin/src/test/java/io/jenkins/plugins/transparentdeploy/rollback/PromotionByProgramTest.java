package io.jenkins.plugins.transparentdeploy.rollback;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import hudson.model.Item;
import io.jenkins.plugins.transparentdeploy.ReleasePermissions;
import io.jenkins.plugins.transparentdeploy.agent.Freezes;
import io.jenkins.plugins.transparentdeploy.records.ReleaseAction;
import io.jenkins.plugins.transparentdeploy.records.ReleaseHistory;
import java.nio.file.Files;
import java.nio.file.Path;
import jenkins.model.Jenkins;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.MockAuthorizationStrategy;
import org.jvnet.hudson.test.MockFolder;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/** A program promotes with an API token: where it may, and where nobody keeps deployments out. */
@WithJenkins
class PromotionByProgramTest {
    @TempDir(cleanup = CleanupMode.NEVER)
    private Path directory;

    private JenkinsRule jenkins;

    @Test
    void whatAProgramPromotesWithAToken(JenkinsRule rule) throws Exception {
        jenkins = rule;
        MockFolder team = jenkins.createFolder("team");
        WorkflowJob branch = team.createProject(WorkflowJob.class, "branch");
        release(jenkins.createProject(WorkflowJob.class, "production"), "production", "1.0", "old");
        String first = release(branch, "staging", "1.1", "new");
        secure();
        Program manager = new Program(jenkins, "manager");
        assertThat(new Program(jenkins, "reader").status(promote("deployments", first)))
                .isEqualTo(403);
        assertThat(new Program(jenkins, "stranger").status(promote("deployments", first)))
                .isEqualTo(404);

        Freezes production = ReleaseHistory.of("shop", "production").freezes().orElseThrow();
        production.decide(true, "alice", "stocktaking");
        JsonNode refused = manager.ask(promote("deployments", first));
        assertThat(refused.path("outcome").asText()).isEqualTo("REFUSED");
        assertThat(refused.path("message").asText()).contains("frozen").contains("alice: stocktaking");
        assertThat(page()).hasContent("old");

        production.decide(false, "alice", "");
        JsonNode promoted = manager.ask(promote(branch.getUrl() + "releases", first) + "&reason=it+was+fine");
        assertThat(promoted.path("outcome").asText()).as(promoted.toString()).isEqualTo("SUCCEEDED");
        assertThat(promoted.path("user").asText()).isEqualTo("manager");
        assertThat(promoted.path("reason").asText()).isEqualTo("it was fine");
        assertThat(page()).hasContent("new");

        String merged = release(branch, "staging", "1.2", "of a branch that is gone");
        branch.delete();
        assertThat(new Program(jenkins, "reader").status(promote("deployments", merged)))
                .isEqualTo(403);
        JsonNode afterwards = manager.ask(promote(team.getUrl() + "releases", merged));
        assertThat(afterwards.path("outcome").asText())
                .as(afterwards.toString())
                .isEqualTo("SUCCEEDED");
        assertThat(page()).hasContent("of a branch that is gone");
    }

    private static String promote(String page, String release) {
        return page.replaceFirst("/$", "") + "/promote?service=shop&environment=staging&to=production&release="
                + release;
    }

    private void secure() {
        jenkins.jenkins.setSecurityRealm(jenkins.createDummySecurityRealm());
        jenkins.jenkins.setAuthorizationStrategy(new MockAuthorizationStrategy()
                .grant(Jenkins.READ)
                .everywhere()
                .to("manager", "reader", "stranger")
                .grant(Item.READ)
                .everywhere()
                .to("manager", "reader")
                .grant(ReleasePermissions.PROMOTE)
                .everywhere()
                .to("manager"));
    }

    private Path page() {
        return directory.resolve("production/page");
    }

    private String release(WorkflowJob job, String environment, String version, String page) throws Exception {
        Path live = Files.createDirectories(directory.resolve(environment));
        job.setDefinition(new CpsFlowDefinition(
                "node { writeFile file: 'app/page', text: '" + page + "'; deploy service: 'shop', environment: '"
                        + environment + "', stateDirectory: '" + directory.resolve("state")
                        + "', artifact: 'app', version: '" + version + "', target: directory('" + live + "') }",
                true));
        return jenkins.buildAndAssertSuccess(job)
                .getAction(ReleaseAction.class)
                .getReleases()
                .get(0)
                .getId();
    }
}
