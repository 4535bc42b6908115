package io.jenkins.plugins.transparentdeploy.configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import hudson.model.Descriptor;
import hudson.model.Item;
import hudson.model.Items;
import hudson.model.Result;
import hudson.slaves.DumbSlave;
import hudson.util.FormValidation;
import io.jenkins.plugins.casc.ConfigurationContext;
import io.jenkins.plugins.casc.ConfiguratorException;
import io.jenkins.plugins.casc.ConfiguratorRegistry;
import io.jenkins.plugins.casc.misc.Util;
import io.jenkins.plugins.transparentdeploy.records.ReleaseHistory;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.logging.Level;
import java.util.stream.Stream;
import jenkins.model.Jenkins;
import org.htmlunit.html.HtmlForm;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.LogRecorder;
import org.jvnet.hudson.test.MockAuthorizationStrategy;
import org.jvnet.hudson.test.MockFolder;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/** What administrators configure, by form and by code, and what comes of it on the agent. */
@WithJenkins
class TransparentDeployConfigurationTest {
    private static final String SECRET = "s3cret-7f3a91";

    @TempDir(cleanup = CleanupMode.NEVER)
    private Path directory;

    /** As administrators write it: the example of the documentation. */
    private static String documented() throws IOException {
        String page = Files.readString(Path.of("..", "..", "docs", "configuration.md"));
        int begin = page.indexOf("```yaml\n") + "```yaml\n".length();
        return page.substring(begin, page.indexOf("```", begin));
    }

    @Test
    void theDocumentedCodeIsAppliedAndSurvivesTheForm(JenkinsRule jenkins) throws Exception {
        Administrator.configure(directory, documented());
        assertDocumented();
        jenkins.configRoundtrip();
        assertDocumented();
        assertThat(Files.readString(jenkins.jenkins
                        .getRootDir()
                        .toPath()
                        .resolve(TransparentDeployConfiguration.class.getName() + ".xml")))
                .contains("shop-token");

        TransparentDeployConfiguration.get().setEnvironments(List.of());
        TransparentDeployConfiguration.get().setWebhooks(List.of());
        jenkins.configRoundtrip();
        assertThat(TransparentDeployConfiguration.get().getWebhooks()).isEmpty();
        assertThat(TransparentDeployConfiguration.get().getEnvironments()).isEmpty();
    }

    @Test
    void whatIsExportedIsWhatWasImported(JenkinsRule jenkins) throws Exception {
        Administrator.configure(directory, documented());
        String exported =
                Util.toYamlString(Util.getUnclassifiedRoot(new ConfigurationContext(ConfiguratorRegistry.get()))
                        .get("transparentDeploy"));

        TransparentDeployConfiguration.get().setStateDirectory(null);
        TransparentDeployConfiguration.get().setEnvironments(List.of());
        TransparentDeployConfiguration.get().setWebhooks(List.of());
        Administrator.configure(directory, "unclassified:\n  transparentDeploy:\n" + exported.indent(4));
        assertDocumented();
    }

    /** Or whoever makes a job of the old name would get the secrets. */
    @Test
    void anEnvironmentIsForItsJobsUnderWhateverName(JenkinsRule jenkins) throws Exception {
        MockFolder team = jenkins.createFolder("team");
        WorkflowJob operations = team.createProject(WorkflowJob.class, "operations");
        WorkflowJob shop = jenkins.createProject(WorkflowJob.class, "shop");
        Administrator.configure(directory, documented());
        TransparentDeployConfiguration configuration = TransparentDeployConfiguration.get();
        try (LogRecorder log =
                new LogRecorder().record(RenamedJobs.class, Level.WARNING).capture(10)) {
            shop.renameTo("store");
            assertThat(jobs()).containsExactly("store", "team/operations");
            team.renameTo("crew");
            assertThat(jobs()).containsExactly("store", "crew/operations");
            Items.move(operations, jenkins.createFolder("night"));
            assertThat(jobs()).containsExactly("store", "night/operations");
            jenkins.createProject(WorkflowJob.class, "stores").renameTo("shop");
            assertThat(log.getMessages())
                    .as("for whoever keeps the code, once for each")
                    .satisfiesExactly(
                            one -> assertThat(one).contains("shop/production", "store now", "called shop", "code"),
                            two -> assertThat(two).contains("crew now"),
                            three -> assertThat(three).contains("night/operations now"));
        }
        configuration.load();
        assertThat(jobs()).as("kept").containsExactly("store", "night/operations");
        assertThat(configuration.find("shop", "production").orElseThrow().isFor("shop"))
                .isFalse();
    }

    private static List<String> jobs() {
        return TransparentDeployConfiguration.get()
                .find("shop", "production")
                .orElseThrow()
                .getJobs();
    }

    private static void assertDocumented() {
        TransparentDeployConfiguration configuration = TransparentDeployConfiguration.get();
        assertThat(configuration.stateDirectoryOf("shop", "production")).isEqualTo("/srv/shop/.transparent-deploy");
        assertThat(configuration.stateDirectoryOf("shop", "staging")).isEqualTo("/var/lib/transparent-deploy");
        assertThat(configuration.stateDirectoryOf(null, "production")).isEqualTo("/var/lib/transparent-deploy");
        assertThat(configuration.find("shop", "production").orElseThrow().getJobs())
                .containsExactly("shop", "team/operations");
        assertThat(configuration.find("shop", "production").orElseThrow().getCredentials())
                .singleElement()
                .satisfies(secret -> {
                    assertThat(secret.getVariable()).isEqualTo("SHOP_TOKEN");
                    assertThat(secret.getCredentialsId()).isEqualTo("shop-token");
                });
        assertDocumentedWebhook();
    }

    private static void assertDocumentedWebhook() {
        assertThat(TransparentDeployConfiguration.get().getWebhooks())
                .singleElement()
                .satisfies(webhook -> {
                    assertThat(webhook.getUrl()).isEqualTo("https://hooks.example.org/releases");
                    assertThat(webhook.getCredentialsId()).isEqualTo("release-hook");
                    assertThat(webhook.getEvents())
                            .containsExactly("release.succeeded", "release.rolledBack", "release.rollbackFailed");
                });
    }

    @Test
    void refusesWhatCannotBeRight(JenkinsRule jenkins) {
        assertThatThrownBy(() -> new ConfiguredEnvironment("../etc", "production"))
                .isInstanceOf(Descriptor.FormException.class)
                .hasMessageContaining("service: Use letters");
        assertThatThrownBy(() -> new CredentialVariable("LD_PRELOAD", "id"))
                .isInstanceOf(Descriptor.FormException.class)
                .hasMessageContaining("LD_PRELOAD decides how programs run");
        assertThatThrownBy(
                        () -> Administrator.configure(
                                directory,
                                "unclassified: {transparentDeploy: {environments: [{service: '..', environment: production}]}}"))
                .isInstanceOf(ConfiguratorException.class);
        assertThatThrownBy(() -> new ConfiguredWebhook("https://user:password@hooks.example.org/", "id"))
                .isInstanceOf(Descriptor.FormException.class)
                .hasMessageContaining("without credentials");
        assertThatThrownBy(() -> new ConfiguredWebhook("https://hooks.example.org/", "id")
                        .setEvents(List.of("release.exploded")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'release.exploded' never happens");
        TransparentDeployConfiguration configuration = TransparentDeployConfiguration.get();
        assertThat(configuration.doCheckStateDirectory("var").kind).isEqualTo(FormValidation.Kind.ERROR);
        assertThat(configuration.doCheckStateDirectory("").kind).isEqualTo(FormValidation.Kind.OK);
        CredentialVariable.DescriptorImpl secret =
                jenkins.jenkins.getDescriptorByType(CredentialVariable.DescriptorImpl.class);
        assertThat(secret.doCheckVariable("2nd").kind).isEqualTo(FormValidation.Kind.ERROR);
        assertThat(secret.doCheckCredentialsId("nothing"))
                .hasToString("ERROR: There are no credentials of the kind"
                        + " secret text with the id nothing. Add them to the credentials of Jenkins itself.");
    }

    @Test
    void validationIsForAdministratorsAndByPostOnly(JenkinsRule jenkins) throws Exception {
        jenkins.jenkins.setSecurityRealm(jenkins.createDummySecurityRealm());
        jenkins.jenkins.setAuthorizationStrategy(new MockAuthorizationStrategy()
                .grant(Jenkins.READ, Item.READ)
                .everywhere()
                .to("reader")
                .grant(Jenkins.ADMINISTER)
                .everywhere()
                .to("admin"));
        List<String> checks = List.of(
                "descriptorByName/" + CredentialVariable.class.getName() + "/checkCredentialsId?value=x",
                "descriptorByName/" + ConfiguredWebhook.class.getName() + "/checkUrl?value=x",
                "descriptorByName/" + ConfiguredWebhook.class.getName()
                        + "/test?url=http://127.0.0.1:1/&credentialsId=x");
        for (String check : checks) {
            try (JenkinsRule.WebClient web = jenkins.createWebClient().login("reader")) {
                assertThat(web.withThrowExceptionOnFailingStatusCode(false)
                                .getPage(web.addCrumb(new org.htmlunit.WebRequest(
                                        new java.net.URL(jenkins.getURL() + check), org.htmlunit.HttpMethod.POST)))
                                .getWebResponse()
                                .getStatusCode())
                        .as(check)
                        .isEqualTo(403);
            }
        }
        try (JenkinsRule.WebClient web = jenkins.createWebClient().login("admin")) {
            for (String check : checks) {
                web.assertFails(check, 404);
            }
            HtmlForm form = web.goTo("configure").getFormByName("config");
            assertThat(form.asNormalizedText()).contains("Transparent Deploy");
        }
    }

    @Test
    void aSecretReachesTheHostAndIsNowhereKept(JenkinsRule jenkins) throws Exception {
        DumbSlave agent = jenkins.createOnlineSlave();
        agent.setLabelString("host");
        Path live = Files.createDirectories(directory.resolve("live"));
        Path state = directory.resolve("state");
        Receiver receiver = new Receiver("h00k-" + SECRET);
        Administrator.configure(
                directory,
                """
                unclassified:
                  transparentDeploy:
                    environments:
                      - service: shop
                        environment: production
                        stateDirectory: %s
                        credentials:
                          - {variable: SHOP_TOKEN, credentialsId: shop-token}
                    webhooks:
                      - {url: %s, credentialsId: release-hook}
                      - {url: %snot-there, credentialsId: nothing}
                """
                        .formatted(state, receiver.url(), receiver.url()));
        ConfiguredWebhook.DescriptorImpl webhook =
                jenkins.jenkins.getDescriptorByType(ConfiguredWebhook.DescriptorImpl.class);
        HttpServer guarded = guardedServer();
        String deploy = "node('host') { writeFile file: 'app/page', text: 'open'; autoRollback(service: 'shop',"
                + " environment: 'production') { deploy artifact: 'app', version: '1.0', target: directory('" + live
                + "'); smokeTest checks: [httpCheck(url: 'http://127.0.0.1:"
                + guarded.getAddress().getPort()
                + "/', auth: bearerAuth(tokenVariable: 'SHOP_TOKEN'))], retries: 0 } }";
        WorkflowJob job = jenkins.createProject(WorkflowJob.class, "shop");
        job.setDefinition(new CpsFlowDefinition(deploy, true));

        WorkflowRun refused = jenkins.assertBuildStatus(Result.FAILURE, job.scheduleBuild2(0));
        jenkins.assertLogContains("The credentials 'shop-token', which SHOP_TOKEN of shop/production", refused);
        assertThat(live).as("nothing was touched").isEmptyDirectory();

        Administrator.keepSecret("shop-token", SECRET);
        Administrator.keepSecret("release-hook", "h00k-" + SECRET);
        WorkflowRun released = jenkins.buildAndAssertSuccess(job);
        assertThat(live.resolve("page")).hasContent("open");
        jenkins.assertLogNotContains(SECRET, released);
        jenkins.assertLogContains("WARNING: The credentials 'nothing', which messages to", released);
        receiver.awaitEvents("release.prepared", "release.deploying", "release.succeeded");
        assertThat(receiver.lastUrl()).endsWith(released.getUrl());
        ReleaseHistory.of("shop", "production").freezes().orElseThrow().decide(true, "alice", "stocktaking");
        receiver.awaitEvents("environment.frozen");
        assertThat(webhook.doTest(receiver.url(), "release-hook"))
                .hasToString("OK: The receiver took it: it answered 204.");
        receiver.awaitEvents(TestMessage.EVENT);
        assertThat(webhook.doTest(receiver.url(), "shop-token").kind)
                .as("signed with another secret")
                .isEqualTo(FormValidation.Kind.ERROR);
        assertThat(webhook.doTest("ftp://127.0.0.1/", "release-hook").kind).isEqualTo(FormValidation.Kind.ERROR);
        assertNoFileHolds(state);
        assertNoFileHolds(released.getRootDir().toPath());
        guarded.stop(0);
        receiver.close();
    }

    /** Lets in who has the secret, and nobody else. */
    private static HttpServer guardedServer() throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            String authorization = exchange.getRequestHeaders().getFirst("Authorization");
            exchange.sendResponseHeaders(("Bearer " + SECRET).equals(authorization) ? 204 : 401, -1);
            exchange.close();
        });
        server.start();
        return server;
    }

    private static void assertNoFileHolds(Path root) throws IOException {
        try (Stream<Path> files = Files.walk(root)) {
            for (Path file : (Iterable<Path>) files.filter(Files::isRegularFile)::iterator) {
                String content = Files.readString(file, java.nio.charset.StandardCharsets.ISO_8859_1);
                assertThat(content.contains(SECRET)).as(file.toString()).isFalse();
            }
        }
    }
}
