package io.jenkins.plugins.transparentdeploy.steps;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import hudson.FilePath;
import hudson.model.Item;
import hudson.model.Result;
import hudson.model.User;
import hudson.security.ACL;
import hudson.security.AuthorizationStrategy;
import hudson.slaves.DumbSlave;
import io.jenkins.plugins.transparentdeploy.agent.RunRequest;
import io.jenkins.plugins.transparentdeploy.records.Promotion;
import io.jenkins.plugins.transparentdeploy.records.ReleaseAction;
import io.jenkins.plugins.transparentdeploy.records.ReleaseHistory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import jenkins.model.Jenkins;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.MockAuthorizationStrategy;
import org.jvnet.hudson.test.MockFolder;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/** What has run in staging goes to another environment: on the same agent, and on another one, which gets it from the artifacts. */
@WithJenkins
class PromotionTest {
    @TempDir(cleanup = CleanupMode.NEVER)
    private Path directory;

    private JenkinsRule jenkins;
    private WorkflowJob job;

    @BeforeEach
    void twoAgents(JenkinsRule rule) throws Exception {
        jenkins = rule;
        for (String name : new String[] {"one", "two"}) {
            DumbSlave agent = rule.createOnlineSlave();
            agent.setLabelString(name);
        }
        for (String environment : new String[] {"staging", "preview", "production"}) {
            Files.createDirectories(directory.resolve(environment));
        }
        job = rule.createProject(WorkflowJob.class, "shop");
    }

    @Test
    void theVerySameContentIsReleasedElsewhere() throws Exception {
        String staged = release(run(
                Result.SUCCESS,
                "node('one') { writeFile file: 'app/page', text: 'first'; " + deploy("one", "staging")
                        + ", artifact: 'app', version: '1.0', commit: '4f2a9c1' }"));

        WorkflowRun beside =
                run(Result.SUCCESS, "node('one') { " + deploy("one", "preview") + ", release: '" + staged + "' }");
        assertThat(page("preview")).hasContent("first");
        assertPromoted(beside, staged);

        WorkflowRun elsewhere = run(
                Result.SUCCESS,
                "pipeline { agent { label 'two' }; stages { stage('Promote') { steps { autoRollback(environment: 'production') { "
                        + deploy("two", "production") + ", release: '" + staged + "' } } } } }");
        assertThat(page("production")).hasContent("first");
        assertPromoted(elsewhere, staged);
        assertThat(state("two").resolve("deliveries"))
                .as("what was brought is taken away again")
                .isEmptyDirectory();

        mayNotBePromotedByWhoMayNotSeeIt(staged);
        onlyTheKeyOfThisPackIsBrought(staged);
        isRefused(staged);
    }

    /** Without a user whose permissions would say what it may see. */
    @Test
    void aPipelineThatRunsAsJenkinsGetsWhatWasReleasedBelowItsFolder() throws Exception {
        MockFolder team = jenkins.createFolder("team");
        WorkflowJob maker = team.createProject(MockFolder.class, "web").createProject(WorkflowJob.class, "build");
        String made = release(run(
                maker,
                Result.SUCCESS,
                "node('one') { writeFile file: 'app/page', text: 'theirs'; " + deploy("one", "staging")
                        + ", artifact: 'app', version: '1.0' }"));
        String atRoot = release(run(
                Result.SUCCESS,
                "node('one') { writeFile file: 'app/page', text: 'ours'; " + deploy("one", "preview")
                        + ", artifact: 'app', version: '1.0' }"));

        for (String asking : new String[] {"shop", "teams/shop", "other/team/web/build"}) {
            assertThat(asJenkins(made, asking)).as(asking).get().asString().contains("No release " + made);
        }
        for (String asking : new String[] {"team/web/build", "team/promote", "team/ops/promote"}) {
            assertThat(asJenkins(made, asking)).as(asking).isEmpty();
            assertThat(asJenkins(atRoot, asking)).as(asking).get().asString().contains("No release " + atRoot);
        }
        assertThat(asJenkins(atRoot, "promote")).isEmpty();

        String wanted = ", release: '" + made + "' }";
        WorkflowJob stranger = jenkins.createFolder("other").createProject(WorkflowJob.class, "shop");
        for (String agent : new String[] {"one", "two"}) {
            WorkflowRun refused =
                    run(stranger, Result.FAILURE, "node('" + agent + "') { " + deploy(agent, "production") + wanted);
            jenkins.assertLogContains("No release " + made + " of shop is known here", refused);
            jenkins.assertLogContains("Authorize Project", refused);
        }
        jenkins.assertLogContains(
                "does not know the service",
                run(
                        stranger,
                        Result.FAILURE,
                        "node('two') { " + deploy("two", "production").replace("service: 'shop', ", "") + wanted));
        assertThat(state("two").resolve("deliveries")).doesNotExist();
        assertThat(page("production")).doesNotExist();

        run(
                team.createProject(WorkflowJob.class, "promote"),
                Result.SUCCESS,
                "node('two') { " + deploy("two", "production") + wanted);
        assertThat(page("production")).hasContent("theirs");
    }

    /** Neither after a process that died, nor for ever after an end that nobody saw. */
    @Test
    void whatWasBroughtDoesNotStay() throws Exception {
        Path forgotten = Files.createDirectories(state("one").resolve("deliveries/forgotten"));
        Path recent = Files.createDirectories(state("one").resolve("deliveries/recent"));
        Files.writeString(forgotten.resolve("key"), "of a pack");
        Files.setLastModifiedTime(forgotten, FileTime.from(Instant.now().minus(8, ChronoUnit.DAYS)));
        String staged = release(run(
                Result.SUCCESS,
                "node('one') { writeFile file: 'app/page', text: 'first'; " + deploy("one", "staging")
                        + ", artifact: 'app', version: '1.0' }"));
        assertThat(forgotten).doesNotExist();
        assertThat(recent).exists();

        Path begun = directory.resolve("begun");
        job.setDefinition(new CpsFlowDefinition(
                "node('two') { " + deploy("two", "production") + ", release: '" + staged
                        + "', hooks: hooks(beforeDeploy: [hook(name: 'wait', nothingToUndo: true, shell: 'touch \""
                        + begun + "\"; sleep 30')]) }",
                true));
        WorkflowRun promotion = job.scheduleBuild2(0).waitForStart();
        await().atMost(Duration.ofSeconds(90)).until(() -> Files.exists(begun));
        Path brought = onlyChildOf(state("two").resolve("deliveries"));
        assertThat(brought.resolve("key")).exists();
        Path submission = state("two")
                .resolve("submissions")
                .resolve(brought.getFileName().toString());
        await().atMost(Duration.ofSeconds(90)).until(() -> Files.size(submission) > 0);
        Path run = Path.of(Files.readString(submission));
        long pid = new ObjectMapper()
                .readTree(run.resolve("process.json").toFile())
                .path("pid")
                .asLong();
        assertThat(ProcessHandle.of(pid).orElseThrow().destroyForcibly()).isTrue();

        jenkins.assertBuildStatus(Result.FAILURE, jenkins.waitForCompletion(promotion));
        jenkins.assertLogContains("recovering what it was doing", promotion);
        assertThat(state("two").resolve("deliveries")).isEmptyDirectory();
    }

    private static Path onlyChildOf(Path parent) throws IOException {
        try (Stream<Path> children = Files.list(parent)) {
            List<Path> all = children.toList();
            assertThat(all).hasSize(1);
            return all.get(0);
        }
    }

    /** To a host that does not have it. */
    private Optional<String> asJenkins(String release, String askingJob) throws Exception {
        return new Promotion(release, ACL.SYSTEM2, askingJob)
                .bring(
                        request(state("two")),
                        new FilePath(
                                Files.createTempDirectory(directory, "brought").toFile()));
    }

    private void isRefused(String staged) throws Exception {
        String unknown = "20200101T000000000Z-0a1b2c3d";
        jenkins.assertLogContains(
                "No release " + unknown + " of shop is known here",
                run(Result.FAILURE, "node('two') { " + deploy("two", "production") + ", release: '" + unknown + "' }"));
        jenkins.assertLogContains(
                "is that of shop/staging, where 1.0 of it is live",
                run(
                        Result.FAILURE,
                        "node('one') { "
                                + deploy("one", "preview")
                                        .replace(
                                                directory.resolve("preview").toString(),
                                                directory.resolve("staging").toString())
                                + ", release: '" + staged + "' }"));
        jenkins.assertLogContains(
                "'1.0' is not the id of a release",
                run(Result.FAILURE, "node('two') { " + deploy("two", "production") + ", release: '1.0' }"));
        jenkins.assertLogContains(
                "Name one of them",
                run(
                        Result.FAILURE,
                        "node('two') { " + deploy("two", "production") + ", artifact: 'app', release: '" + staged
                                + "' }"));
        run(
                Result.SUCCESS,
                "node('one') { writeFile file: 'app/page', text: 'second'; " + deploy("one", "staging")
                        + ", artifact: 'app', version: '1.1'; rollback service: 'shop', environment: 'staging' }");
        String bad = ReleaseHistory.of("shop", "staging").newestFirst().stream()
                .filter(release -> release.getVersion().equals("1.1") && !release.isRollback())
                .findFirst()
                .orElseThrow()
                .getId();
        jenkins.assertLogContains(
                "known to be bad",
                run(Result.FAILURE, "node('two') { " + deploy("two", "production") + ", release: '" + bad + "' }"));
        job.getBuildByNumber(1).delete();
        jenkins.assertLogContains(
                "was not archived, or is gone with its build",
                run(Result.FAILURE, "node('two') { " + deploy("two", "production") + ", release: '" + staged + "' }"));
        assertThat(page("production")).hasContent("first");
    }

    private void mayNotBePromotedByWhoMayNotSeeIt(String staged) throws Exception {
        jenkins.jenkins.setSecurityRealm(jenkins.createDummySecurityRealm());
        jenkins.jenkins.setAuthorizationStrategy(new MockAuthorizationStrategy()
                .grant(Jenkins.READ)
                .everywhere()
                .to("bob", "carol")
                .grant(Item.READ)
                .everywhere()
                .to("carol"));
        FilePath nowhere = new FilePath(directory.resolve("nowhere").toFile());
        for (String environment : new String[] {"", "/two"}) {
            RunRequest request = request(environment.isEmpty() ? state("one") : state("two"));
            assertThat(new Promotion(staged, User.getById("bob", true).impersonate2()).bring(request, nowhere))
                    .get()
                    .asString()
                    .contains("No release " + staged);
        }
        assertThat(nowhere.exists()).isFalse();
        assertThat(new Promotion(staged, User.getById("carol", true).impersonate2())
                        .bring(
                                request(state("two")),
                                new FilePath(directory.resolve("carol/1").toFile())))
                .isEmpty();
    }

    /** As a branch is after the merge; a job that is there and hidden does not count as gone. */
    @Test
    void whatADeletedJobReleasedIsPromotedByThoseWhoMaySeeItsFolder() throws Exception {
        MockFolder team = jenkins.createFolder("team");
        WorkflowJob branch = team.createProject(WorkflowJob.class, "branch");
        String made = release(run(
                branch,
                Result.SUCCESS,
                "node('one') { writeFile file: 'app/page', text: 'merged'; " + deploy("one", "staging")
                        + ", artifact: 'app', version: '1.0' }"));
        jenkins.jenkins.setSecurityRealm(jenkins.createDummySecurityRealm());
        jenkins.jenkins.setAuthorizationStrategy(new MockAuthorizationStrategy()
                .grant(Jenkins.READ, Item.DISCOVER)
                .everywhere()
                .to("bob", "carol")
                .grant(Item.READ)
                .onItems(team)
                .to("carol"));
        for (String user : new String[] {"bob", "carol"}) {
            assertThat(as(user, made)).as(user).get().asString().contains("No release " + made);
        }
        branch.delete();
        assertThat(as("bob", made)).get().asString().contains("No release " + made);
        assertThat(as("carol", made)).isEmpty();

        jenkins.jenkins.setAuthorizationStrategy(AuthorizationStrategy.UNSECURED);
        run(
                team.createProject(WorkflowJob.class, "main"),
                Result.SUCCESS,
                "node('one') { " + deploy("one", "preview") + ", release: '" + made + "' }");
        assertThat(page("preview")).hasContent("merged");
    }

    /** To the host that has it. */
    private Optional<String> as(String user, String release) throws Exception {
        String node = ReleaseHistory.of("shop", "staging").place().orElseThrow().node();
        RunRequest request = new RunRequest("deploy", node, state("one").toString())
                .with("service", "shop")
                .with("environment", "production");
        return new Promotion(release, User.getById(user, true).impersonate2())
                .bring(request, new FilePath(directory.resolve("nowhere").toFile()));
    }

    private void onlyTheKeyOfThisPackIsBrought(String staged) throws Exception {
        Path brought = directory.resolve("deliveries/1");
        RunRequest request = request(state("two"));
        Promotion promotion = new Promotion(staged, ACL.SYSTEM2, "shop");
        assertThat(promotion.bring(request, new FilePath(brought.toFile()))).isEmpty();
        assertThat(request.toString()).contains(brought.resolve("key").toString());
        assertThat(brought.resolve("key"))
                .content()
                .startsWith("transparent-deploy-pack-key ")
                .hasSizeLessThan(80);
        assertThat(Files.getPosixFilePermissions(brought)).isEqualTo(PosixFilePermissions.fromString("rwx------"));
        assertThat(Files.getPosixFilePermissions(brought.resolve("key")))
                .isEqualTo(PosixFilePermissions.fromString("rw-------"));
        Files.writeString(brought.resolve("content.pack"), "as it is");
        assertThat(promotion.bring(request, new FilePath(brought.toFile()))).isEmpty();
        assertThat(brought.resolve("content.pack")).hasContent("as it is");
    }

    private static RunRequest request(Path state) {
        return new RunRequest("deploy", "", state.toString())
                .with("service", "shop")
                .with("environment", "production");
    }

    private static void assertPromoted(WorkflowRun build, String from) {
        var record = build.getAction(ReleaseAction.class)
                .getReleases()
                .get(0)
                .history()
                .orElseThrow();
        assertThat(record.getVersion()).isEqualTo("1.0");
        assertThat(record.getCommit()).isEqualTo("4f2a9c1");
        assertThat(record.release().path("promotedFrom").path("release").asText())
                .isEqualTo(from);
    }

    private String deploy(String agent, String environment) {
        return "deploy service: 'shop', environment: '" + environment + "', stateDirectory: '" + state(agent)
                + "', target: directory('" + directory.resolve(environment) + "')";
    }

    private Path state(String agent) {
        return directory.resolve("state of " + agent);
    }

    private Path page(String environment) {
        return directory.resolve(environment).resolve("page");
    }

    private static String release(WorkflowRun build) {
        return build.getAction(ReleaseAction.class).getReleases().get(0).getId();
    }

    private WorkflowRun run(Result result, String pipeline) throws Exception {
        return run(job, result, pipeline);
    }

    private WorkflowRun run(WorkflowJob asking, Result result, String pipeline) throws Exception {
        asking.setDefinition(new CpsFlowDefinition(pipeline, true));
        return jenkins.assertBuildStatus(result, asking.scheduleBuild2(0));
    }
}
