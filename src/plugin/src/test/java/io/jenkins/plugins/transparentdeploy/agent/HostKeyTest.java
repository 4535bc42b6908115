package io.jenkins.plugins.transparentdeploy.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.cloudbees.hudson.plugins.folder.Folder;
import com.cloudbees.hudson.plugins.folder.properties.FolderCredentialsProvider.FolderCredentialsProperty;
import com.cloudbees.jenkins.plugins.sshcredentials.impl.BasicSSHUserPrivateKey;
import com.cloudbees.plugins.credentials.CredentialsScope;
import com.cloudbees.plugins.credentials.SystemCredentialsProvider;
import com.cloudbees.plugins.credentials.domains.Domain;
import com.cloudbees.plugins.credentials.domains.DomainCredentials;
import hudson.model.Result;
import hudson.slaves.DumbSlave;
import hudson.slaves.OfflineCause;
import io.jenkins.plugins.transparentdeploy.Sshd;
import io.jenkins.plugins.transparentdeploy.configuration.ConfiguredEnvironment;
import io.jenkins.plugins.transparentdeploy.configuration.CredentialVariable;
import io.jenkins.plugins.transparentdeploy.configuration.TransparentDeployConfiguration;
import io.jenkins.plugins.transparentdeploy.records.ReleaseHistory;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
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
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/** The SSH key of a Jenkinsfile: whose credentials it may be, that it is kept nowhere, and what is said when a host refuses it. */
@WithJenkins
class HostKeyTest {
    @TempDir(cleanup = CleanupMode.NEVER)
    private Path directory;

    private JenkinsRule jenkins;
    private DumbSlave agent;
    private Sshd sshd;
    private Folder folder;
    private WorkflowJob job;

    @BeforeEach
    void aHostAndAJobInAFolderThatHasTheKey(JenkinsRule rule) throws Exception {
        jenkins = rule;
        agent = rule.createOnlineSlave();
        agent.setLabelString("production");
        sshd = new Sshd(directory.resolve("sshd"), List.of("127.0.0.1", "127.0.0.12"));
        Files.createDirectories(directory.resolve("srv/127.0.0.1"));
        Files.createDirectories(directory.resolve("srv/127.0.0.12"));
        TransparentDeployConfiguration.get()
                .setStateDirectory(directory.resolve("state").toString());
        folder = rule.createProject(Folder.class, "team");
        folder.addProperty(new FolderCredentialsProperty(
                new DomainCredentials[] {new DomainCredentials(Domain.global(), List.of(sshd.credentials("team-key")))
                }));
        job = folder.createProject(WorkflowJob.class, "shop");
        build("1");
    }

    @AfterEach
    void tearDown() {
        sshd.close();
    }

    @Test
    void aKeyOfTheFolderIsInNoFileWhileItIsUsedNorWhenTheAgentIsLostNorWhenTheBuildIsAborted() throws Exception {
        release("1", "", Result.SUCCESS);
        assertLive("1");

        WorkflowRun cutOff = releaseGuarded("2", "cut-off");
        assertNobodyHasTheKey(cutOff);
        agent.toComputer().disconnect(new OfflineCause.ByCLI("lost")).get();
        assertNobodyHasTheKey(cutOff);
        agent.toComputer().connect(true).get();
        Files.createFile(directory.resolve("cut-off"));
        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(cutOff));
        assertLive("2");

        WorkflowRun aborted = releaseGuarded("3", "aborted");
        aborted.doStop();
        jenkins.assertBuildStatus(Result.ABORTED, jenkins.waitForCompletion(aborted));
        assertLive("2");

        folder.renameTo("crew");
        rollBack(job.getUrl() + "releases/");
        assertLive("1");
        assertNobodyHasTheKey(aborted);
        assertThat(Files.readString(jenkins.jenkins
                        .getRootDir()
                        .toPath()
                        .resolve("transparent-deploy/services/shop/production/place.json")))
                .contains("\"id\":\"team-key\"", "\"job\":\"crew/shop\"");
    }

    /** As a branch is after the merge: what it released can be rolled back. */
    @Test
    void theKeyIsThatOfTheFolderOrOfJenkinsWhenTheJobIsGone() throws Exception {
        release("1", "", Result.SUCCESS);
        release("2", "", Result.SUCCESS);
        release("3", "", Result.SUCCESS);
        job.delete();
        rollBack(folder.getUrl() + "releases/");
        assertLive("2");

        folder.delete();
        WorkflowJob another = jenkins.createProject(WorkflowJob.class, "another");
        String rollback = "rollback service: 'shop', environment: 'production', to: 'previous'";
        another.setDefinition(new CpsFlowDefinition("node('production') { " + rollback + " }", true));
        addToJenkins(CredentialsScope.SYSTEM);
        jenkins.assertLogContains(
                "There are no SSH credentials 'team-key' for job 'team/shop', which is not there any more",
                jenkins.assertBuildStatus(Result.FAILURE, another.scheduleBuild2(0)));
        assertLive("2");
        SystemCredentialsProvider.getInstance().getCredentials().clear();
        addToJenkins(CredentialsScope.GLOBAL);
        jenkins.buildAndAssertSuccess(another);
        assertLive("1");
    }

    private void addToJenkins(CredentialsScope scope) throws IOException {
        SystemCredentialsProvider.getInstance()
                .getCredentials()
                .add(new BasicSSHUserPrivateKey(
                        scope,
                        "team-key",
                        sshd.user(),
                        new BasicSSHUserPrivateKey.DirectEntryPrivateKeySource(sshd.userKey()),
                        "",
                        ""));
    }

    @Test
    void whatCannotBeUsedIsRefusedWithItsCure() throws Exception {
        WorkflowJob outside = jenkins.createProject(WorkflowJob.class, "outside");
        outside.setDefinition(new CpsFlowDefinition(pipeline("credentialsId: 'team-key'", "127.0.0.1", ""), true));
        jenkins.assertLogContains(
                "There are no SSH credentials 'team-key' for job 'outside'",
                jenkins.assertBuildStatus(Result.FAILURE, outside.scheduleBuild2(0)));
        SystemCredentialsProvider.getInstance()
                .getCredentials()
                .add(new BasicSSHUserPrivateKey(
                        CredentialsScope.GLOBAL,
                        "locked",
                        "deploy",
                        new BasicSSHUserPrivateKey.DirectEntryPrivateKeySource(sshd.userKey()),
                        "open sesame",
                        ""));
        refused("credentialsId: 'locked'", "127.0.0.1", "is locked by a passphrase");
        refused("credentialsId: 'team-key', keyFile: '/k'", "127.0.0.1", "more than one private key");
        refused("credentialsId: 'team-key'", "web1: @:", "hosts has 'web1: @:', which names no machine");

        ConfiguredEnvironment production = new ConfiguredEnvironment("shop", "production");
        production.setCredentials(List.of(new CredentialVariable("DEPLOY_KEY", "deploy-key")));
        TransparentDeployConfiguration.get().setEnvironments(List.of(production));
        refused("keyVariable: 'DEPLOY_KEY'", "127.0.0.1", "The credentials 'deploy-key', which DEPLOY_KEY of");
        SystemCredentialsProvider.getInstance().getCredentials().add(sshd.credentials("deploy-key"));
        run(pipeline("keyVariable: 'DEPLOY_KEY', user: '" + sshd.user() + "'", "127.0.0.1", ""), Result.SUCCESS);
    }

    @Test
    void aHostThatRefusesIsNamedAndTheKeyIsNot() throws Exception {
        Path nobody = Files.createFile(directory.resolve("known_hosts_empty"));
        String stranger = pipeline("credentialsId: 'team-key'", "web1: 127.0.0.1", "")
                .replace(sshd.knownHosts().toString(), nobody.toString());
        WorkflowRun unknown = run(stranger, Result.FAILURE);
        jenkins.assertLogContains("web1", unknown);
        jenkins.assertLogContains(nobody.toString(), unknown);
        assertNobodyHasTheKey(unknown);

        WorkflowRun wrongUser = refused("credentialsId: 'team-key', user: 'nosuch'", "web1: 127.0.0.1", "nosuch");
        assertNobodyHasTheKey(wrongUser);
        assertThat(directory.resolve("srv/127.0.0.1")).isEmptyDirectory();
    }

    @Test
    void allAgentsWithALabelAreHostsConnectedOrNot() throws Exception {
        jenkins.createSlave("127.0.0.1", "web eu", null);
        jenkins.createSlave("127.0.0.12", "web us", null);
        String byLabel = pipeline("credentialsId: 'team-key'", "x", "").replace("hosts: ['x']", "hostLabel: 'LABEL'");
        run(byLabel.replace("LABEL", "web && eu"), Result.SUCCESS);
        assertThat(directory.resolve("srv/127.0.0.12")).isEmptyDirectory();
        run(byLabel.replace("LABEL", "web"), Result.SUCCESS);
        for (String host : List.of("127.0.0.1", "127.0.0.12")) {
            assertThat(directory.resolve("srv").resolve(host).resolve("current/page"))
                    .hasContent("1");
        }
        jenkins.assertLogContains(
                "No agent has the label 'mars'", run(byLabel.replace("LABEL", "mars"), Result.FAILURE));
        jenkins.assertLogContains(
                "which is no label expression", run(byLabel.replace("LABEL", "web &&"), Result.FAILURE));
    }

    private WorkflowRun refused(String key, String host, String why) throws Exception {
        WorkflowRun refused = run(pipeline(key, host, ""), Result.FAILURE);
        jenkins.assertLogContains(why, refused);
        return refused;
    }

    private void release(String page, String more, Result result) throws Exception {
        build(page);
        run(pipeline("credentialsId: 'team-key'", "127.0.0.1", more), result);
    }

    /** Under way until a file is there. */
    private WorkflowRun releaseGuarded(String page, String gate) throws Exception {
        build(page);
        Path asked = directory.resolve(gate + ".asked");
        job.setDefinition(new CpsFlowDefinition(
                pipeline(
                        "credentialsId: 'team-key'",
                        "127.0.0.1",
                        ", readyCheck: commandCheck(command: ['sh', '-c', 'touch " + asked + "; test -e "
                                + directory.resolve(gate) + "'], timeout: '120s')"),
                true));
        WorkflowRun run = job.scheduleBuild2(0).waitForStart();
        await().atMost(Duration.ofSeconds(90)).until(() -> Files.exists(asked));
        return run;
    }

    private WorkflowRun run(String pipeline, Result result) throws Exception {
        job.setDefinition(new CpsFlowDefinition(pipeline, true));
        return jenkins.assertBuildStatus(result, job.scheduleBuild2(0));
    }

    private String pipeline(String key, String host, String more) throws IOException {
        return "node('production') { autoRollback(service: 'shop', environment: 'production') { deploy artifact: '"
                + directory.resolve("build") + "', hosts: ['" + host + "'], ssh: ssh(" + key + ", port: " + sshd.port()
                + ", knownHosts: '" + sshd.knownHosts() + "'), target: releases('" + directory
                + "/srv/{address}')" + more + " } }";
    }

    private void build(String page) throws IOException {
        Files.writeString(Files.createDirectories(directory.resolve("build")).resolve("page"), page);
    }

    private void assertLive(String page) {
        assertThat(directory.resolve("srv/127.0.0.1/current/page")).hasContent(page);
    }

    /** By a click. */
    private void rollBack(String page) throws Exception {
        ReleaseHistory history = ReleaseHistory.of("shop", "production");
        try (JenkinsRule.WebClient web = jenkins.createWebClient()) {
            HtmlPage preview = ((HtmlAnchor) web.goTo(page).querySelector("a[href$='to=previous']")).click();
            jenkins.submit(preview.getFormByName("rollback"));
        }
        await().atMost(Duration.ofSeconds(90))
                .until(() -> history.getBroughtLiveBy().isRollback());
    }

    /** Neither files (but its own and the server's), nor command lines, nor the log. */
    private void assertNobodyHasTheKey(WorkflowRun run) throws Exception {
        assertThat(JenkinsRule.getLog(run)).doesNotContain(sshd.secret());
        for (Path root : List.of(
                directory,
                jenkins.jenkins.getRootDir().toPath(),
                Path.of(agent.getRemoteFS()),
                Path.of(System.getProperty("java.io.tmpdir")))) {
            assertNoFileHoldsTheKey(root);
        }
        try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
            for (Path process : (Iterable<Path>) processes::iterator) {
                assertThat(read(process.resolve("cmdline"))).doesNotContain(sshd.secret());
            }
        }
    }

    private void assertNoFileHoldsTheKey(Path root) throws IOException {
        if (!Files.isDirectory(root)) {
            return; // an agent that made nothing yet
        }
        Path own = directory.resolve("sshd");
        try (Stream<Path> files = Files.find(
                root, 12, (path, attributes) -> attributes.isRegularFile() && attributes.size() < 10_000_000)) {
            for (Path file : (Iterable<Path>) files.filter(path -> !path.startsWith(own))::iterator) {
                assertThat(read(file).contains(sshd.secret()))
                        .as(file.toString())
                        .isFalse();
            }
        } catch (java.io.UncheckedIOException e) {
            assertThat(e.getCause()).as("went meanwhile").isInstanceOf(NoSuchFileException.class);
        }
    }

    private static String read(Path file) throws IOException {
        try {
            return Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (NoSuchFileException e) {
            return ""; // it went meanwhile
        } catch (IOException e) {
            return ""; // a process that has just ended
        }
    }
}
