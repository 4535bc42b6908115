package io.jenkins.plugins.transparentdeploy.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import hudson.model.Item;
import hudson.model.Result;
import hudson.plugins.git.BranchSpec;
import hudson.plugins.git.GitSCM;
import hudson.plugins.git.UserRemoteConfig;
import io.jenkins.plugins.transparentdeploy.Click;
import io.jenkins.plugins.transparentdeploy.GitRepository;
import io.jenkins.plugins.transparentdeploy.records.ReleaseHistory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import jenkins.model.Jenkins;
import org.htmlunit.html.HtmlForm;
import org.jenkinsci.plugins.workflow.cps.CpsScmFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.jenkinsci.plugins.workflow.support.steps.input.InputAction;
import org.jenkinsci.plugins.workflow.support.steps.input.InputStepExecution;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.MockAuthorizationStrategy;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/**
 * The Jenkinsfile that releases to production what somebody approved in staging, run from a repository as it stands but for
 * places, on two agents that share nothing.
 */
@WithJenkins
class DocumentedApprovalTest {
    private static final String MANAGERS = "release-managers";

    @TempDir(cleanup = CleanupMode.NEVER)
    private Path directory;

    private JenkinsRule jenkins;
    private WorkflowJob job;
    private GitRepository repository;

    @BeforeEach
    void twoAgentsAndWhoMayApprove(JenkinsRule rule) throws Exception {
        jenkins = rule;
        for (String label : List.of("staging", "production")) {
            jenkins.createOnlineSlave().setLabelString(label);
        }
        for (String target : List.of("srv/shop", "srv/shop-staging")) {
            Files.createDirectories(directory.resolve(target));
        }
        repository = new GitRepository(directory.resolve("repository"));
        Files.createDirectory(repository.directory().resolve("source"));
        Path script = Files.writeString(
                repository.directory().resolve("build.sh"),
                "#!/bin/sh\nmkdir -p build && tar -czf build/shop.tar.gz -C source .\n");
        assertThat(script.toFile().setExecutable(true)).isTrue();
        Files.writeString(
                repository.directory().resolve("Jenkinsfile"),
                here(Page.section("promotion.md", "In a Jenkinsfile, once somebody has approved it")
                        .jenkinsfile()));
        job = jenkins.createProject(WorkflowJob.class, "shop");
        GitSCM.ALLOW_LOCAL_CHECKOUT = true;
        job.setDefinition(new CpsScmFlowDefinition(
                new GitSCM(
                        List.of(new UserRemoteConfig(repository.url(), null, null, null)),
                        List.of(new BranchSpec("main")),
                        null,
                        null,
                        List.of()),
                "Jenkinsfile"));

        JenkinsRule.DummySecurityRealm realm = jenkins.createDummySecurityRealm();
        realm.addGroups("rita", MANAGERS);
        jenkins.jenkins.setSecurityRealm(realm);
        jenkins.jenkins.setAuthorizationStrategy(new MockAuthorizationStrategy()
                .grant(Jenkins.READ, Item.READ)
                .everywhere()
                .to("rita", "dave")
                .grant(Item.BUILD, Item.CONFIGURE)
                .everywhere()
                .to("dave"));
    }

    private String here(String jenkinsfile) {
        String result = jenkinsfile.replace("/srv/", directory + "/srv/");
        for (String environment : List.of("staging", "production")) {
            result = result.replace(
                    "environment: '" + environment + "'",
                    "environment: '" + environment + "', stateDirectory: '" + directory.resolve(environment) + "'");
        }
        return result;
    }

    @Test
    void whatAManagerApprovesIsReleasedAndItIsTheVeryContentThatWasTested() throws Exception {
        WorkflowRun first = startUntilItAsks("open");
        assertThat(approve(first, "dave"))
                .as("who may build and configure the job, and is no manager")
                .isNotEqualTo(200);
        assertThat(waiting(first)).hasSize(1);
        assertThat(page("srv/shop")).doesNotExist();
        jenkins.assertLogNotContains("Approved by", first);

        approveOnItsPage(first, "rita");
        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(first));
        assertThat(page("srv/shop")).hasContent("open");
        JsonNode released = live("production");
        JsonNode tested = live("staging");
        assertThat(released.path("version").asText()).isEqualTo("1.1");
        assertThat(released.path("reason").asText()).isEqualTo("approved by rita");
        assertThat(released.at("/promotedFrom/release")).isEqualTo(tested.path("id"));
        assertThat(root(released)).isEqualTo(root(tested)).hasSize(64);
        assertThat(released.at("/promotedFrom/contentRoot").asText()).isEqualTo(root(tested));

        WorkflowRun second = startUntilItAsks("closed");
        assertThat(page("srv/shop-staging")).hasContent("closed");
        abortOnItsPage(second, "rita");
        jenkins.assertBuildStatus(Result.ABORTED, jenkins.waitForCompletion(second));
        assertThat(page("srv/shop-staging")).as("staging keeps it").hasContent("closed");
        assertThat(page("srv/shop")).as("production never had it").hasContent("open");
        assertThat(ReleaseHistory.of("shop", "production").getCount()).isEqualTo(1);
    }

    private WorkflowRun startUntilItAsks(String content) throws Exception {
        repository.commit("source/app", content);
        WorkflowRun run = job.scheduleBuild2(0).waitForStart();
        await().atMost(Duration.ofMinutes(3))
                .until(() -> !run.isBuilding() || !waiting(run).isEmpty());
        assertThat(run.isBuilding()).as(JenkinsRule.getLog(run)).isTrue();
        assertThat(page("srv/shop-staging")).hasContent(content);
        return run;
    }

    private static List<InputStepExecution> waiting(WorkflowRun run) throws Exception {
        InputAction asked = run.getAction(InputAction.class);
        return asked == null ? List.of() : asked.getExecutions();
    }

    /** @return the status of the answer */
    private int approve(WorkflowRun run, String user) throws Exception {
        try (JenkinsRule.WebClient web = jenkins.createWebClient()
                .withThrowExceptionOnFailingStatusCode(false)
                .login(user)) {
            String question = waiting(run).get(0).getId();
            return Click.on(web, run.getUrl() + "input/" + question + "/proceedEmpty")
                    .getStatusCode();
        }
    }

    private void approveOnItsPage(WorkflowRun run, String user) throws Exception {
        submit(run, user, "proceed");
    }

    private void abortOnItsPage(WorkflowRun run, String user) throws Exception {
        submit(run, user, "abort");
    }

    private void submit(WorkflowRun run, String user, String button) throws Exception {
        try (JenkinsRule.WebClient web = jenkins.createWebClient().login(user)) {
            HtmlForm form =
                    web.getPage(run, "input").getFormByName(waiting(run).get(0).getId());
            jenkins.submit(form, button);
        }
    }

    private static JsonNode live(String environment) {
        ReleaseHistory history = ReleaseHistory.of("shop", environment);
        return history.find(history.live().orElseThrow().getId()).orElseThrow().release();
    }

    private static String root(JsonNode release) {
        return release.path("instances").elements().next().path("contentRoot").asText();
    }

    private Path page(String target) {
        return directory.resolve(target).resolve("app");
    }
}
