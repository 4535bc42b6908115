package io.jenkins.plugins.transparentdeploy.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.cloudbees.plugins.credentials.SystemCredentialsProvider;
import hudson.model.Result;
import hudson.slaves.DumbSlave;
import io.jenkins.plugins.transparentdeploy.Sshd;
import io.jenkins.plugins.transparentdeploy.configuration.TransparentDeployConfiguration;
import io.jenkins.plugins.transparentdeploy.records.ReleaseHistory;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.htmlunit.html.HtmlAnchor;
import org.htmlunit.html.HtmlPage;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/**
 * The Jenkinsfile about hosts, run as it stands but for places, addresses and who logs in: two hosts of a real SSH server,
 * reached with a key that is among the credentials of Jenkins and nowhere else.
 */
@WithJenkins
class DocumentedHostsTest {
    @TempDir(cleanup = CleanupMode.NEVER)
    private Path directory;

    private JenkinsRule jenkins;
    private DumbSlave agent;
    private Sshd sshd;

    @AfterEach
    void tearDown() {
        if (sshd != null) {
            sshd.close();
        }
    }

    @Test
    void hostsAreReleasedToAndRolledBackByAClickWithAKeyThatIsNowhereKept(JenkinsRule rule) throws Exception {
        jenkins = rule;
        agent = rule.createOnlineSlave();
        agent.setLabelString("production");
        sshd = new Sshd(directory.resolve("sshd"));
        for (String host : List.of("web1", "web2")) {
            Files.createDirectories(directory.resolve("srv/shop").resolve(host));
        }
        TransparentDeployConfiguration.get()
                .setStateDirectory(directory.resolve("state").toString());
        WorkflowJob job = rule.createProject(WorkflowJob.class, "shop");
        job.setDefinition(new CpsFlowDefinition(here(), true));

        build("refused");
        WorkflowRun refused = rule.assertBuildStatus(Result.FAILURE, job.scheduleBuild2(0));
        rule.assertLogContains("There are no SSH credentials 'shop-deploy' for job 'shop'", refused);
        SystemCredentialsProvider.getInstance().getCredentials().add(sshd.credentials("shop-deploy"));

        build("orders open");
        WorkflowRun first = rule.buildAndAssertSuccess(job);
        assertLive("orders open");
        rule.assertLogContains("web1: ", first);
        build("orders closed");
        WorkflowRun second = rule.buildAndAssertSuccess(job);
        assertLive("orders closed");
        try (JenkinsRule.WebClient web = rule.createWebClient()) {
            assertThat(web.goTo(second.getUrl() + "release/").asNormalizedText())
                    .contains("Both instances have this release.");
            HtmlPage preview =
                    ((HtmlAnchor) web.getPage(job, "releases").querySelector("a[href$='to=previous']")).click();
            rule.submit(preview.getFormByName("rollback"));
        }
        ReleaseHistory history = ReleaseHistory.of("shop", "production");
        await().atMost(Duration.ofSeconds(90))
                .until(() -> history.getBroughtLiveBy().isRollback());
        assertLive("orders open");
        assertThat(history.getBroughtLiveBy())
                .returns(2, back -> back.getHostCount())
                .returns(2, back -> back.getConvergedCount());
        assertNoFileHoldsTheKey(directory.resolve("state"));
        assertNoFileHoldsTheKey(job.getRootDir().toPath());
    }

    private String here() throws IOException {
        return Page.section("hosts.md", "In Jenkins")
                .jenkinsfile()
                .replace("/srv/shop", directory + "/srv/shop/{instance}")
                .replace("deploy@10.0.0.12:22", sshd.user() + "@10.0.0.12:" + sshd.port())
                .replaceAll("10\\.0\\.0\\.\\d+", "127.0.0.1")
                .replace("ssh(credentialsId", "ssh(port: " + sshd.port() + ", credentialsId")
                .replace("/etc/ssh/known_hosts_shop", sshd.knownHosts().toString());
    }

    private void build(String content) throws IOException {
        Path shop = Path.of(agent.getRemoteFS(), "workspace", "shop", "build", "shop");
        Files.createDirectories(shop);
        Files.writeString(shop.resolve("page"), content);
    }

    private void assertLive(String content) {
        for (String host : List.of("web1", "web2")) {
            assertThat(directory.resolve("srv/shop").resolve(host).resolve("current/page"))
                    .hasContent(content);
        }
    }

    private void assertNoFileHoldsTheKey(Path root) throws IOException {
        try (Stream<Path> files = Files.walk(root)) {
            for (Path file : (Iterable<Path>) files.filter(Files::isRegularFile)::iterator) {
                assertThat(Files.readString(file, StandardCharsets.ISO_8859_1).contains(sshd.secret()))
                        .as(file.toString())
                        .isFalse();
            }
        }
    }
}
