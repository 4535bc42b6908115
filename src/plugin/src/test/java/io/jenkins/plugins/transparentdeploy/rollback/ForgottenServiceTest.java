package io.jenkins.plugins.transparentdeploy.rollback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import hudson.model.Item;
import io.jenkins.plugins.transparentdeploy.RollbackPermission;
import io.jenkins.plugins.transparentdeploy.agent.RunRequest;
import io.jenkins.plugins.transparentdeploy.records.GeneratedRelease;
import io.jenkins.plugins.transparentdeploy.records.ReleaseHistory;
import io.jenkins.plugins.transparentdeploy.records.ReleaseSummary;
import io.jenkins.plugins.transparentdeploy.records.ReleasingJobs;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import jenkins.model.Jenkins;
import org.htmlunit.HttpMethod;
import org.htmlunit.WebRequest;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.MockAuthorizationStrategy;
import org.jvnet.hudson.test.junit.jupiter.JenkinsSessionExtension;

/** An administrator takes off the pages what is not there any more; nothing is lost. */
class ForgottenServiceTest {
    private static final String WHAT = "service=shop&environment=review";

    @RegisterExtension
    private final JenkinsSessionExtension controller = new JenkinsSessionExtension();

    @TempDir(cleanup = CleanupMode.NEVER)
    private Path directory;

    @Test
    void anEnvironmentThatWasRetiredLeavesThePagesAndBeginsAnew() throws Throwable {
        controller.then(jenkins -> {
            WorkflowJob job = jenkins.createProject(WorkflowJob.class, "shop");
            secure(jenkins, job);
            WorkflowRun build = deploy(jenkins, job, "1.0");
            new GeneratedRelease("shop", "production", 1).builtBy("shop", 1).remember();
            failed();
            assertThat(build.isKeepLog()).isTrue();
            assertThat(text(jenkins, "deployments/")).contains("shop in review: Rollback failed");

            onlyForAdministrators(jenkins);
            Path inTheWay = Files.createFile(services().resolveSibling("forgotten"));
            assertThat(post(jenkins, "admin", 500))
                    .contains("shop/review is still shown", "See that Jenkins may write");
            assertThat(build.isKeepLog()).as("it is there as before").isTrue();
            Files.delete(inTheWay);
            assertThat(text(jenkins, "deployments/")).contains("review");
            forget(jenkins);

            assertIsGone(jenkins, job);
            assertThat(build.isKeepLog()).as("it may be discarded").isFalse();
            assertThat(text(jenkins, build.getUrl() + "release/"))
                    .contains("Forgotten by Jenkins")
                    .doesNotContain("Being verified");
            try (JenkinsRule.WebClient web = reader(jenkins, "admin")) {
                web.assertFails("deployments/history?" + WHAT, 404);
            }
        });
        controller.then(jenkins -> {
            WorkflowJob job = jenkins.jenkins.getItemByFullName("shop", WorkflowJob.class);
            assertIsGone(jenkins, job);

            deploy(jenkins, job, "2.0");
            assertThat(ReleaseHistory.of("shop", "review").newestFirst())
                    .extracting(ReleaseSummary::getVersion)
                    .containsExactly("2.0");
            assertThat(text(jenkins, "deployments/")).contains("2.0");
            assertThat(ReleasingJobs.get().historiesOf(job)).hasSize(2);
            forget(jenkins);
            // By hand, as it is documented: the older of the two.
            Files.move(aside().get(0), services().resolve("shop/review"));
        });
        controller.then(jenkins -> {
            assertThat(ReleaseHistory.of("shop", "review").newestFirst())
                    .extracting(ReleaseSummary::getVersion)
                    .contains("1.0");
            assertThat(text(jenkins, "deployments/")).contains("review");
            assertThat(aside()).hasSize(1);
            WorkflowJob job = jenkins.jenkins.getItemByFullName("shop", WorkflowJob.class);
            assertThat(ReleasingJobs.get().historiesOf(job)).hasSize(2);
        });
    }

    @Test
    void whatGoesOnThereHasToEndFirst() throws Throwable {
        controller.then(jenkins -> {
            secure(jenkins, jenkins.createProject(WorkflowJob.class, "shop"));
            new GeneratedRelease("shop", "review", 1).builtBy("shop", 1).remember();
            Asked asked = new Asked(new DeploymentsAction(), "admin", "192.0.2.7", null);
            Rollback going = Rollbacks.get()
                    .start(new Rollback(
                            ReleaseHistory.of("shop", "review"),
                            "previous",
                            false,
                            asked,
                            new RunRequest("rollback", "away", null)
                                    .with("service", "shop")
                                    .with("environment", "review")));
            await().atMost(Duration.ofSeconds(60)).until(going::isWaitingForAgent);
            assertThat(post(jenkins, "admin", 409)).contains("This has to end first: Rollback of shop/review");
            going.giveUp("admin");
            forget(jenkins);
            assertThat(text(jenkins, "deployments/")).doesNotContain("review");
        });
    }

    private static void onlyForAdministrators(JenkinsRule jenkins) throws Exception {
        assertThat(post(jenkins, "rita", 403)).contains("Administer");
        try (JenkinsRule.WebClient web = reader(jenkins, "rita")) {
            assertThat(web.goTo("deployments/history?" + WHAT).getForms())
                    .noneMatch(form -> form.getNameAttribute().equals("forget"));
        }
        try (JenkinsRule.WebClient web = reader(jenkins, "admin")) {
            web.assertFails("deployments/forget?" + WHAT, 405);
        }
    }

    private static String post(JenkinsRule jenkins, String user, int status) throws Exception {
        try (JenkinsRule.WebClient web = reader(jenkins, user)) {
            web.setThrowExceptionOnFailingStatusCode(false);
            var answer = web.getPage(web.addCrumb(new WebRequest(
                            URI.create(jenkins.getURL() + "deployments/forget?" + WHAT)
                                    .toURL(),
                            HttpMethod.POST)))
                    .getWebResponse();
            assertThat(answer.getStatusCode()).isEqualTo(status);
            return answer.getContentAsString();
        }
    }

    /** The click itself, which asks once more, is tried in a browser. */
    private static void forget(JenkinsRule jenkins) throws Exception {
        try (JenkinsRule.WebClient web = reader(jenkins, "admin")) {
            assertThat(web.goTo("deployments/history?" + WHAT).getForms())
                    .anyMatch(form -> form.getNameAttribute().equals("forget"));
        }
        post(jenkins, "admin", 200);
    }

    private void assertIsGone(JenkinsRule jenkins, WorkflowJob job) throws Exception {
        for (String page : List.of("deployments/", job.getUrl() + "releases/")) {
            assertThat(text(jenkins, page))
                    .as(page)
                    .contains("production")
                    .doesNotContain("in review")
                    .doesNotContain("Rollback failed");
        }
        assertThat(text(jenkins, "deployments/")).doesNotContain("review");
        assertThat(ReleasingJobs.get().historiesOf(job))
                .extracting(ReleaseHistory::getEnvironment)
                .containsExactly("production");
        assertThat(aside()).singleElement().satisfies(history -> {
            assertThat(history.resolve("place.json")).exists();
            assertThat(history.resolve("releases")).isDirectoryContaining("glob:**.json");
        });
        assertThat(services().resolve("shop/review")).doesNotExist();
    }

    private Path services() {
        return controller.getHome().toPath().resolve("transparent-deploy/services");
    }

    /** Those of before first. */
    private List<Path> aside() throws Exception {
        try (Stream<Path> all = Files.list(services().resolveSibling("forgotten/shop"))) {
            return all.sorted().toList();
        }
    }

    /** A person was needed, who retired it. */
    private static void failed() throws Exception {
        new GeneratedRelease("shop", "review", 600_000)
                .builtBy("shop", 2)
                .states("PREPARED", "ROLLING_BACK", "ROLLBACK_FAILED")
                .remember();
    }

    private WorkflowRun deploy(JenkinsRule jenkins, WorkflowJob job, String version) throws Exception {
        job.setDefinition(new CpsFlowDefinition(
                "node { writeFile file: 'app/page', text: '" + version
                        + "'; deploy service: 'shop', environment: 'review', stateDirectory: '"
                        + directory.resolve("state") + "', artifact: 'app', version: '" + version
                        + "', target: directory('" + Files.createDirectories(directory.resolve("live")) + "') }",
                true));
        return jenkins.buildAndAssertSuccess(job);
    }

    private static void secure(JenkinsRule jenkins, WorkflowJob job) {
        jenkins.jenkins.setSecurityRealm(jenkins.createDummySecurityRealm());
        jenkins.jenkins.setAuthorizationStrategy(new MockAuthorizationStrategy()
                .grant(Jenkins.READ)
                .everywhere()
                .to("rita")
                .grant(Item.READ, RollbackPermission.ROLLBACK)
                .onItems(job)
                .to("rita")
                .grant(Jenkins.ADMINISTER)
                .everywhere()
                .to("admin"));
    }

    private static String text(JenkinsRule jenkins, String path) throws Exception {
        try (JenkinsRule.WebClient web = reader(jenkins, "admin")) {
            return web.goTo(path).asNormalizedText();
        }
    }

    /** Of what pages say only: the session has three minutes, also on a busy machine. */
    private static JenkinsRule.WebClient reader(JenkinsRule jenkins, String user) throws Exception {
        JenkinsRule.WebClient web = jenkins.createWebClient().withJavaScriptEnabled(false);
        web.getOptions().setCssEnabled(false);
        return web.login(user);
    }
}
