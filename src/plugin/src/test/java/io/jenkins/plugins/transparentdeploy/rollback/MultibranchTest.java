package io.jenkins.plugins.transparentdeploy.rollback;

import static io.jenkins.plugins.transparentdeploy.rollback.NewestRollback.ended;
import static org.assertj.core.api.Assertions.assertThat;

import hudson.plugins.git.GitSCM;
import io.jenkins.plugins.transparentdeploy.Click;
import io.jenkins.plugins.transparentdeploy.GitRepository;
import io.jenkins.plugins.transparentdeploy.OnePage;
import io.jenkins.plugins.transparentdeploy.records.ReleaseHistory;
import java.nio.file.Path;
import java.util.List;
import jenkins.branch.BranchSource;
import jenkins.plugins.git.GitSCMSource;
import jenkins.plugins.git.traits.BranchDiscoveryTrait;
import org.htmlunit.html.HtmlForm;
import org.htmlunit.html.HtmlPage;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.multibranch.WorkflowMultiBranchProject;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/** Two branches are two jobs that share one production; one of them is merged and deleted. */
@WithJenkins
class MultibranchTest {
    @TempDir(cleanup = CleanupMode.NEVER)
    private Path directory;

    private JenkinsRule jenkins;
    private WorkflowMultiBranchProject project;
    private OnePage shop;
    private GitRepository repository;

    @BeforeEach
    void aRepository(JenkinsRule rule) throws Exception {
        jenkins = rule;
        GitSCM.ALLOW_LOCAL_CHECKOUT = true;
        shop = new OnePage(directory);
        repository = new GitRepository(directory.resolve("repository"));
        commit("1.0", "open");
        project = jenkins.createProject(WorkflowMultiBranchProject.class, "shop");
        GitSCMSource source = new GitSCMSource(repository.url());
        source.setTraits(List.of(new BranchDiscoveryTrait()));
        project.getSourcesList().add(new BranchSource(source));
    }

    @Test
    void itsPageHasTheTimelineOfAllBranchesAndTheWayBackToADeletedOne() throws Exception {
        index();
        assertThat(shop.page()).hasContent("open");
        repository.git("checkout", "-q", "-b", "hotfix");
        commit("1.1", "open and fast");
        index();
        assertThat(shop.page()).hasContent("open and fast");
        String fixed =
                ReleaseHistory.of("shop", "production").live().orElseThrow().getId();
        repository.git("checkout", "-q", "main");
        commit("1.2", "slow");
        index();
        assertThat(shop.page()).hasContent("slow");

        for (String path : List.of(project.getUrl() + "releases/", job("main").getUrl() + "releases/")) {
            assertThat(text(path))
                    .contains("shop in production")
                    .contains("1.0")
                    .contains("1.1")
                    .contains("1.2")
                    .contains("shop » hotfix #1")
                    .contains("#2");
        }
        job("hotfix").delete();
        assertThat(text(project.getUrl() + "releases/")).contains("1.1").doesNotContain("hotfix #1");
        assertThat(job("main").getUrl()).isEqualTo("job/shop/job/main/");

        rollBack(fixed);
        assertThat(shop.page()).hasContent("open and fast");
        assertThat(ReleaseHistory.of("shop", "production").live()).get().returns("1.1", live -> live.getVersion());
    }

    /** Its environment is frozen by that, and the next branch is refused before it has released anything. */
    @Test
    void theFreezeThatADeletedBranchLeftIsLiftedOnThePageOfTheProject() throws Exception {
        index();
        commit("1.1", "slow");
        index();
        repository.git("checkout", "-q", "-b", "next");
        repository.git("branch", "-q", "-D", "main");
        commit("1.2", "fast");
        job("main").delete();
        rollBack("previous");
        assertThat(shop.page()).hasContent("open");
        index();
        jenkins.assertLogContains("shop/production is frozen since", job("next").getLastBuild());
        assertThat(shop.page()).hasContent("open");

        try (JenkinsRule.WebClient web = jenkins.createWebClient()) {
            HtmlPage releases = web.goTo(project.getUrl() + "releases/");
            HtmlPage service =
                    releases.getAnchorByText("Take deployments again").click();
            HtmlForm form = service.getFormByName("freeze-shop-production");
            form.getInputByName("reason").setValue("mended on next");
            jenkins.submit(form);
        }
        assertThat(ReleaseHistory.of("shop", "production").getFreeze()).isNull();
        jenkins.buildAndAssertSuccess(job("next"));
        assertThat(shop.page()).hasContent("fast");
    }

    private void rollBack(String to) throws Exception {
        try (JenkinsRule.WebClient web = jenkins.createWebClient()) {
            Click.on(web, project.getUrl() + "releases/rollback?service=shop&environment=production&to=" + to);
        }
        Rollback newest = ended();
        assertThat(newest.isDone()).as(newest.getMessage()).isTrue();
    }

    private void index() throws Exception {
        project.scheduleBuild2(0).getFuture().get();
        jenkins.waitUntilNoActivity();
    }

    private WorkflowJob job(String branch) {
        return project.getItem(branch);
    }

    private String text(String path) throws Exception {
        try (JenkinsRule.WebClient web = jenkins.createWebClient()) {
            return web.goTo(path).asNormalizedText();
        }
    }

    private void commit(String version, String content) throws Exception {
        repository.commit("Jenkinsfile", "node { " + shop.release(version, content) + " }");
    }
}
