package io.jenkins.plugins.transparentdeploy.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.cloudbees.jenkins.plugins.sshcredentials.impl.BasicSSHUserPrivateKey;
import com.cloudbees.plugins.credentials.CredentialsScope;
import com.cloudbees.plugins.credentials.SystemCredentialsProvider;
import hudson.model.Result;
import hudson.slaves.DumbSlave;
import io.jenkins.plugins.transparentdeploy.configuration.ConfiguredEnvironment;
import io.jenkins.plugins.transparentdeploy.configuration.CredentialVariable;
import io.jenkins.plugins.transparentdeploy.configuration.TransparentDeployConfiguration;
import io.jenkins.plugins.transparentdeploy.records.ReleaseHistory;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
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
    private static final Path PAGE =
            Path.of("..", "..", "docs", "hosts.md").toAbsolutePath().normalize();
    private static final Pattern JENKINSFILE = Pattern.compile("```groovy\\n(.*?)```", Pattern.DOTALL);

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
        configure();
        WorkflowJob job = rule.createProject(WorkflowJob.class, "shop");
        job.setDefinition(new CpsFlowDefinition(here(), true));

        build("refused");
        WorkflowRun refused = rule.assertBuildStatus(Result.FAILURE, job.scheduleBuild2(0));
        rule.assertLogContains("The credentials 'deploy-key', which DEPLOY_KEY of shop/production", refused);
        addKey();

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

    private void configure() throws Exception {
        ConfiguredEnvironment production = new ConfiguredEnvironment("shop", "production");
        production.setStateDirectory(directory.resolve("state").toString());
        production.setCredentials(List.of(new CredentialVariable("DEPLOY_KEY", "deploy-key")));
        TransparentDeployConfiguration.get().setEnvironments(List.of(production));
    }

    private void addKey() throws IOException {
        SystemCredentialsProvider.getInstance()
                .getCredentials()
                .add(new BasicSSHUserPrivateKey(
                        CredentialsScope.GLOBAL,
                        "deploy-key",
                        "deploy",
                        new BasicSSHUserPrivateKey.DirectEntryPrivateKeySource(sshd.userKey()),
                        "",
                        ""));
    }

    private String here() throws IOException {
        Matcher matcher = JENKINSFILE.matcher(Files.readString(PAGE));
        assertThat(matcher.find()).isTrue();
        return matcher.group(1)
                .replace("/srv/shop", directory + "/srv/shop/{instance}")
                .replaceAll("10\\.0\\.0\\.\\d+", "127.0.0.1")
                .replace("user: 'deploy'", "user: '" + sshd.user() + "', port: " + sshd.port())
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
        String line = sshd.userKey().lines().skip(2).findFirst().orElseThrow();
        try (Stream<Path> files = Files.walk(root)) {
            for (Path file : (Iterable<Path>) files.filter(Files::isRegularFile)::iterator) {
                assertThat(Files.readString(file, StandardCharsets.ISO_8859_1).contains(line))
                        .as(file.toString())
                        .isFalse();
            }
        }
    }
}
