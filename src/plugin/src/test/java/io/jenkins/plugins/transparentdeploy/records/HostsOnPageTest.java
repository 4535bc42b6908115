package io.jenkins.plugins.transparentdeploy.records;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import hudson.model.Run;
import java.util.List;
import org.htmlunit.html.DomNode;
import org.htmlunit.html.HtmlPage;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/** What the pages say of the hosts of a release, as its record has them. */
@WithJenkins
class HostsOnPageTest {
    private static final String HOSTILE = "\"><img src=x onerror=alert(1)>";
    private static final String ROOT = "0123456789abcdef".repeat(4);
    private static final String OTHER = "fedcba9876543210".repeat(4);

    private JenkinsRule jenkins;
    private Run<?, ?> build;
    private GeneratedRelease release;

    @BeforeEach
    void setUp(JenkinsRule rule) throws Exception {
        jenkins = rule;
        WorkflowJob job = rule.createProject(WorkflowJob.class, "shop");
        job.setDefinition(new CpsFlowDefinition("", true));
        build = rule.buildAndAssertSuccess(job);
        release = new GeneratedRelease("shop", "production", 1).builtBy("shop", 1);
    }

    @Test
    void aReleaseThatIsEverywhereSaysSoInOneSentence() throws Exception {
        for (int number = 1; number <= 20; number++) {
            measured("web" + number, "web" + number, ROOT, null);
        }
        HtmlPage page = releasePage();
        assertThat(page.asNormalizedText())
                .contains("All 20 instances have this release.")
                .contains("Measured on the hosts")
                .doesNotContain("converge");
        assertThat(rows(page, ".tdeploy-hosts"))
                .hasSize(20)
                .first()
                .isEqualTo("web1|web1|As it should be|0123456789ab");
        assertThat(historyPage()).as("nothing to say").doesNotContain("instances have it");
    }

    @Test
    void thoseThatDoNotHaveItComeFirstWithTheReason() throws Exception {
        measured("web1", "one.example.org", ROOT, null);
        measured("web2", "two.example.org", OTHER, "somebody changed 1 file");
        measured("web3", "three.example.org", null, "does not answer");
        leftOut("web7", "seven.example.org", "ABSENT", "no route to host");
        leftOut("web8", "eight.example.org", "FAILED", "its disk is full");
        HtmlPage page = releasePage();
        assertThat(page.asNormalizedText())
                .contains("4 of 5 instances do not have this release: web2, web3, web7, web8.")
                .contains("'tdeploy converge --environment production' brings them in line.");
        assertThat(rows(page, ".tdeploy-hosts"))
                .containsExactly(
                        "web2|two.example.org|Has other content: somebody changed 1 file|fedcba987654 instead of 0123456789ab",
                        "web3|three.example.org|Does not answer|not measured",
                        "web7|seven.example.org|Left out, for its host could not be reached: no route to host|not measured",
                        "web8|eight.example.org|Set aside, for it failed on the way: its disk is full|not measured",
                        "web1|one.example.org|As it should be|0123456789ab");
        assertThat(historyPage()).contains("1 of 5 instances have it");
        try (JenkinsRule.WebClient web = jenkins.createWebClient()) {
            assertThat(web.goTo("deployments/").asNormalizedText()).contains("1 of 5 instances have it");
            assertThat(web.goTo("deployments/api/json?depth=3", "application/json")
                            .getWebResponse()
                            .getContentAsString())
                    .contains("\"hosts\":5", "\"hostsConverged\":1");
        }
    }

    @Test
    void aReleaseThatWentBackSaysWhereItDid() throws Exception {
        release.states("PREPARED", "DEPLOYING", "ROLLING_BACK", "ROLLED_BACK");
        measured("web1", "web1", ROOT, null);
        measured("web2", "web2", null, "does not answer");
        assertThat(releasePage().asNormalizedText())
                .contains("1 of 2 instances does not have what was brought back: web2.");
    }

    @Test
    void whatAnsibleDidIsShownHostByHost() throws Exception {
        ObjectNode run = release.release().putArray("playbookRuns").addObject();
        run.put("instance", "a")
                .put("playbook", "deploy.yml")
                .put("version", "1.1")
                .put("back", false);
        ArrayNode hosts = run.putArray("hosts");
        hosts.addObject()
                .put("host", "web1")
                .put("ok", 7)
                .put("changed", 2)
                .put("failed", 0)
                .put("unreachable", 0);
        hosts.addObject()
                .put("host", "web2")
                .put("ok", 3)
                .put("changed", 1)
                .put("failed", 1)
                .put("unreachable", 0);
        assertThat(rows(releasePage(), ".tdeploy-recaps"))
                .containsExactly("deploy.yml|1.1|web1|Done|7|2|0|0", "deploy.yml|1.1|web2|Failed|3|1|1|0");
    }

    @Test
    void whatAHostSaysIsTextOfBoundedLength() throws Exception {
        measured(HOSTILE, HOSTILE, null, HOSTILE + "x".repeat(100_000));
        for (int number = 0; number < 1_500; number++) {
            measured("n" + number, "h".repeat(10_000), ROOT, null);
        }
        ObjectNode run = release.release().putArray("playbookRuns").addObject().put("playbook", HOSTILE);
        run.putArray("hosts").addObject().put("host", HOSTILE).put("ok", "many");
        HtmlPage page = releasePage();
        assertThat(page.getWebResponse().getContentAsString())
                .doesNotContain("<img src=x")
                .hasSizeLessThan(2_000_000);
        assertThat(rows(page, ".tdeploy-hosts"))
                .hasSize(1_000)
                .first()
                .asString()
                .startsWith(HOSTILE);
        assertThat(page.asNormalizedText()).contains("501 more are in the record");
    }

    @Test
    void withoutHostsThereIsNothingAboutThem() throws Exception {
        release.release().put("convergence", "none").put("leftOut", 7).put("playbookRuns", true);
        HtmlPage page = releasePage();
        assertThat(page.querySelectorAll(".tdeploy-hosts, .tdeploy-recaps")).isEmpty();
        assertThat(page.asNormalizedText()).doesNotContain("Hosts");
    }

    private void measured(String instance, String host, String found, String reason) {
        ObjectNode release = this.release.release();
        ObjectNode convergence = release.withObject("/convergence").put("at", "2026-01-01T00:10:05Z");
        convergence
                .withArray("instances")
                .addObject()
                .put("instance", instance)
                .put("host", host)
                .put("expected", ROOT)
                .put("found", found)
                .put("reason", reason);
    }

    private void leftOut(String instance, String host, String when, String reason) {
        release.release()
                .withObject("/leftOut")
                .putObject(instance)
                .put("host", host)
                .put("when", when)
                .put("reason", reason);
    }

    private HtmlPage releasePage() throws Exception {
        release.remember();
        ReleaseEntry entry = new ReleaseEntry(release.id(), "shop", "production", "", null);
        entry.update(new HistoryEntry(release.toJson()), "Released", null);
        ReleaseAction.of(build).put(entry);
        try (JenkinsRule.WebClient web = jenkins.createWebClient()) {
            return web.goTo(build.getUrl() + "release/");
        }
    }

    private String historyPage() throws Exception {
        try (JenkinsRule.WebClient web = jenkins.createWebClient()) {
            return web.goTo("job/shop/releases/").asNormalizedText();
        }
    }

    private static List<String> rows(HtmlPage page, String table) {
        return page.querySelectorAll(table + " tbody tr").stream()
                .map(row -> row.querySelectorAll("td").stream()
                        .map(DomNode::asNormalizedText)
                        .reduce((left, right) -> left + "|" + right)
                        .orElse(""))
                .toList();
    }
}
