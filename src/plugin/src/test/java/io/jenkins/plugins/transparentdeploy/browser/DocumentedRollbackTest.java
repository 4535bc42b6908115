package io.jenkins.plugins.transparentdeploy.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions;
import com.microsoft.playwright.options.AriaRole;
import hudson.model.Item;
import io.jenkins.plugins.transparentdeploy.RollbackPermission;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import jenkins.model.Jenkins;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.MockAuthorizationStrategy;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/**
 * The way back as the page for release managers describes it, walked by somebody who knows nothing but that page: from the
 * first page of Jenkins, by the labels that stand there, with no permission but that for a rollback.
 */
@WithJenkins
class DocumentedRollbackTest {
    private static final Path DESCRIPTION =
            Path.of("..", "..", "docs", "releases-page.md").toAbsolutePath().normalize();
    private static final Pattern STEPS = Pattern.compile("(?ms)^## Rolling back in a minute$(.*?)^That is all\\.");
    /** What a step has in bold is what to do; what is slanted in it, or else its last word, is what to look for. */
    private static final Pattern TO_DO = Pattern.compile("\\*\\*(.+?)\\*\\*(?!\\*)");

    private static final Pattern LABEL = Pattern.compile("(?<!\\*)\\*(?!\\*)([^*]+)\\*|(\\w+)$");
    private static final Pattern LINES = Pattern.compile(" d=\"([^\"]+)\"");

    @TempDir(cleanup = CleanupMode.NEVER)
    private Path directory;

    private JenkinsRule jenkins;
    private WorkflowJob job;
    private Chromium chromium;

    @BeforeEach
    void setUp(JenkinsRule rule) throws Exception {
        jenkins = rule;
        chromium = Chromium.start(jenkins);
        Files.createDirectories(directory.resolve("live"));
        job = jenkins.createProject(WorkflowJob.class, "shop");
        jenkins.jenkins.setSecurityRealm(jenkins.createDummySecurityRealm());
        jenkins.jenkins.setAuthorizationStrategy(new MockAuthorizationStrategy()
                .grant(Jenkins.READ, Item.READ, RollbackPermission.ROLLBACK)
                .everywhere()
                .to("rita"));
    }

    @AfterEach
    void tearDown() {
        if (chromium != null) {
            chromium.close();
        }
    }

    @Test
    void whoKnowsOnlyThePageRollsBack() throws Exception {
        release("1.0", "orders open");
        release("1.1", "orders slow");
        List<String> labels = labels();
        assertThat(labels).as("to look for, in this order").hasSize(5);
        Page page = chromium.login("rita", 1280);

        page.navigate(chromium.url(""));
        Locator symbol = symbol(page, labels.get(0));
        assertThat(symbol).isVisible();
        assertThat(symbol.locator("svg path").all())
                .extracting(line -> line.getAttribute("d"))
                .as("the two arrows, not what Jenkins shows for a symbol that it does not find")
                .isEqualTo(twoArrows());
        symbol.click();

        Locator row = page.locator("#main-panel")
                .getByRole(AriaRole.ROW)
                .filter(new Locator.FilterOptions().setHasText("shop"));
        assertThat(row).hasCount(1);
        row.getByRole(AriaRole.LINK, named(labels.get(1).replace("…", "1.0"))).click();
        page.getByLabel(labels.get(2)).fill("orders are slow");
        assertThat(live()).as("nothing has happened yet").hasContent("orders slow");
        page.locator("#main-panel")
                .getByRole(AriaRole.BUTTON, named(labels.get(3)))
                .click();

        assertThat(page.locator("#main-panel"))
                .containsText(labels.get(4), new LocatorAssertions.ContainsTextOptions().setTimeout(120_000));
        assertThat(live()).hasContent("orders open");
        assertThat(symbol(page, labels.get(0))).isVisible();
        page.setViewportSize(400, 800);
        assertThat(symbol(page, labels.get(0))).isVisible();
    }

    private static Locator symbol(Page page, String label) {
        return page.locator(".jenkins-header__actions").getByRole(AriaRole.LINK, named(label));
    }

    private static Locator.GetByRoleOptions named(String label) {
        return new Locator.GetByRoleOptions().setName(label).setExact(true);
    }

    private static List<String> labels() throws IOException {
        return groups(STEPS, Files.readString(DESCRIPTION)).stream()
                .flatMap(steps -> groups(TO_DO, steps).stream())
                .map(toDo -> toDo.replaceAll("\\.$", ""))
                .map(toDo -> groups(LABEL, toDo).get(0))
                .toList();
    }

    private static List<String> twoArrows() throws IOException {
        try (InputStream svg =
                DocumentedRollbackTest.class.getResourceAsStream("/images/symbols/swap-vertical-outline.svg")) {
            return groups(LINES, new String(svg.readAllBytes(), StandardCharsets.UTF_8));
        }
    }

    /** The first group that has something, of each place that matches. */
    private static List<String> groups(Pattern pattern, String text) {
        return pattern.matcher(text)
                .results()
                .map(DocumentedRollbackTest::group)
                .toList();
    }

    private static String group(MatchResult match) {
        return match.group(1) != null ? match.group(1) : match.group(2);
    }

    private Path live() {
        return directory.resolve("live").resolve("page");
    }

    private void release(String version, String content) throws Exception {
        job.setDefinition(new CpsFlowDefinition(
                """
                node {
                  writeFile file: 'app/page', text: '%s'
                  autoRollback(service: 'shop', environment: 'production', stateDirectory: '%s') {
                    deploy artifact: 'app', version: '%s', target: directory('%s')
                    smokeTest retries: 0, checks: [commandCheck(name: 'orders', command: ['grep', 'orders', '%s'])]
                  }
                }
                """
                        .formatted(content, directory.resolve("state"), version, directory.resolve("live"), live()),
                true));
        jenkins.buildAndAssertSuccess(job);
    }
}
