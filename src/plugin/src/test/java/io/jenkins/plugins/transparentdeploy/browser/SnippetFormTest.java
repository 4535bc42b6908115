package io.jenkins.plugins.transparentdeploy.browser;

import static org.assertj.core.api.Assertions.assertThat;

import com.cloudbees.jenkins.plugins.sshcredentials.impl.BasicSSHUserPrivateKey;
import com.cloudbees.plugins.credentials.CredentialsScope;
import com.cloudbees.plugins.credentials.SystemCredentialsProvider;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.LoadState;
import java.util.regex.Pattern;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/** An author has the Snippet Generator write a {@code deploy}. */
@WithJenkins
class SnippetFormTest {
    private JenkinsRule jenkins;
    private Chromium chromium;

    @BeforeEach
    void setUp(JenkinsRule rule) {
        jenkins = rule;
        chromium = Chromium.startForAdmin(jenkins);
        SystemCredentialsProvider.getInstance()
                .getCredentials()
                .add(new BasicSSHUserPrivateKey(
                        CredentialsScope.GLOBAL,
                        "shop-deploy",
                        "deploy",
                        new BasicSSHUserPrivateKey.DirectEntryPrivateKeySource("no real key"),
                        "",
                        "deploys the shop"));
    }

    @AfterEach
    void tearDown() {
        if (chromium != null) {
            chromium.close();
        }
    }

    @Test
    void writesHostsTheirKeyAndASurge() throws Exception {
        WorkflowJob job = jenkins.createProject(WorkflowJob.class, "shop");
        Page page = chromium.login("admin", 1280);
        page.navigate(chromium.url(job.getUrl() + "pipeline-syntax/"));
        // The form of the first step comes later than its list, and stays beside that of a step chosen before it came.
        page.waitForLoadState(LoadState.NETWORKIDLE);
        choose(page.locator("select.dropdownList").first(), "deploy: ");
        Locator form = page.locator(".dropdownList-container:visible")
                .filter(new Locator.FilterOptions().setHas(page.locator("input[name='_.artifact']")))
                .first();
        form.locator("input[name='_.artifact']").fill("app.jar");

        tick(form, "Strategy");
        choose(
                form.locator("select.dropdownList:visible")
                        .filter(new Locator.FilterOptions().setHasText("Canary: "))
                        .first(),
                "Rolling: ");
        form.locator("textarea[name='_.surge']:visible").fill("d");
        chromium.picture(page, "snippet-surge");
        form.locator("button.advanced-button:visible")
                .filter(new Locator.FilterOptions().setHasText("Instances, hosts and hooks"))
                .click();
        form.locator("textarea[name='_.hosts']:visible").fill("web1\nweb2");
        tick(form, "SSH");
        Locator key = form.locator("select[name='_.credentialsId']:visible");
        key.selectOption("shop-deploy");
        chromium.picture(page, "snippet-ssh");
        page.locator("#generatePipelineScript").click();
        Locator script = page.locator("#prototypeText_0, textarea[id*=prototypeText]");
        page.waitForCondition(() -> !script.first().inputValue().isEmpty());
        assertThat(script.first().inputValue())
                .isEqualTo(
                        "deploy artifact: 'app.jar', hosts: ['web1', 'web2'], ssh: ssh(credentialsId: 'shop-deploy'),"
                                + " strategy: rolling(surge: ['d'])");
    }

    private static void tick(Locator form, String block) {
        form.locator("label:visible")
                .filter(new Locator.FilterOptions().setHasText(Pattern.compile("^\\s*" + block + "\\s*$")))
                .click();
    }

    private static void choose(Locator select, String begin) {
        String value = select.locator("option")
                .filter(new Locator.FilterOptions().setHasText(Pattern.compile("^\\s*" + begin)))
                .first()
                .getAttribute("value");
        select.selectOption(value);
    }
}
