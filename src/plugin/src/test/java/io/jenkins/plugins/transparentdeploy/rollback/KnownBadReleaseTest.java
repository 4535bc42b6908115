package io.jenkins.plugins.transparentdeploy.rollback;

import static io.jenkins.plugins.transparentdeploy.rollback.NewestRollback.ended;
import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.transparentdeploy.OnePage;
import io.jenkins.plugins.transparentdeploy.records.ReleaseAction;
import io.jenkins.plugins.transparentdeploy.records.ReleaseHistory;
import io.jenkins.plugins.transparentdeploy.records.ReleaseSummary;
import java.nio.file.Path;
import org.htmlunit.html.DomNode;
import org.htmlunit.html.HtmlAnchor;
import org.htmlunit.html.HtmlForm;
import org.htmlunit.html.HtmlPage;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/** What was rolled back once is stepped over the next time, and comes back only for those who want that one. */
@WithJenkins
class KnownBadReleaseTest {
    private static final String CONFIRM = "releases/confirm?service=shop&environment=production&to=";
    private static final String WARNING = "1.1 was rolled back by hand before, so it is known to be bad";

    @TempDir(cleanup = CleanupMode.NEVER)
    private Path directory;

    private JenkinsRule jenkins;
    private WorkflowJob job;
    private OnePage shop;

    @Test
    void theWayBackStepsOverItAndWhoeverChoosesItIsWarned(JenkinsRule rule) throws Exception {
        jenkins = rule;
        shop = new OnePage(directory);
        job = jenkins.createProject(WorkflowJob.class, "shop");
        String good = release("1.0", "open");
        String bad = release("1.1", "slow");
        rollBackTo("1.0", "previous");
        takeDeploymentsAgain();
        release("1.2", "fast");

        try (JenkinsRule.WebClient web = jenkins.createWebClient()) {
            HtmlPage releases = web.getPage(job, "releases");
            assertThat(row(releases, "1.1").asNormalizedText()).contains("Rolled back by hand");
            assertThat(web.goTo("deployments/").asNormalizedText()).contains("Roll back to 1.0");
            HtmlAnchor button = releases.querySelector("a[href$='to=previous']");
            assertThat(button.getTextContent()).contains("Roll back to 1.0");
            assertThat(((HtmlPage) button.click()).asNormalizedText()).doesNotContain("known to be bad");
            HtmlAnchor chosen = row(releases, "1.1").querySelector("a[href*=confirm]");
            assertThat(((HtmlPage) chosen.click()).asNormalizedText()).contains(WARNING);
        }

        rollBackTo("1.0", "previous");
        assertThat(shop.page()).hasContent("open");
        assertThat(history().live()).get().returns(good, ReleaseSummary::getId);
        assertThat(history().summary(bad)).get().returns(true, ReleaseSummary::isKnownBad);

        rollBackTo("1.1", bad);
        assertThat(shop.page()).as("who wants it gets it").hasContent("slow");
    }

    /** By the form of the page before the click, which names what comes back. */
    private void rollBackTo(String version, String to) throws Exception {
        try (JenkinsRule.WebClient web = jenkins.createWebClient()) {
            HtmlPage confirmation = web.goTo(job.getUrl() + CONFIRM + to);
            assertThat(fact(confirmation, "Comes back")).contains(version);
            jenkins.submit(confirmation.getFormByName("rollback"));
        }
        Rollback newest = ended();
        assertThat(newest.isRestored()).as(newest.getMessage()).isTrue();
    }

    private static String fact(HtmlPage page, String name) {
        DomNode fact = page.getFirstByXPath("//dt[.='" + name + "']/following-sibling::dd[1]");
        return fact.getTextContent();
    }

    private void takeDeploymentsAgain() throws Exception {
        try (JenkinsRule.WebClient web = jenkins.createWebClient()) {
            HtmlForm form = web.getPage(job, "freeze").getFormByName("freeze-shop-production");
            jenkins.submit(form);
        }
        assertThat(history().getFreeze()).isNull();
    }

    private static DomNode row(HtmlPage page, String version) {
        return page.querySelectorAll(".tdeploy-stacked tbody tr").stream()
                .filter(row -> row.querySelector("td").getTextContent().strip().equals(version))
                .filter(row -> row.querySelector("a[href*=confirm]") != null)
                .findFirst()
                .orElseThrow();
    }

    private static ReleaseHistory history() {
        return ReleaseHistory.of("shop", "production");
    }

    private String release(String version, String page) throws Exception {
        job.setDefinition(new CpsFlowDefinition("node { " + shop.release(version, page) + " }", true));
        return jenkins.buildAndAssertSuccess(job)
                .getAction(ReleaseAction.class)
                .getReleases()
                .get(0)
                .getId();
    }
}
