package io.jenkins.plugins.transparentdeploy.records;

import static org.assertj.core.api.Assertions.assertThat;

import hudson.model.Item;
import hudson.model.User;
import hudson.security.ACL;
import hudson.security.ACLContext;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.logging.Level;
import jenkins.model.Jenkins;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.LogRecorder;
import org.jvnet.hudson.test.MockAuthorizationStrategy;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/** Which builds are kept for their releases, and which say that theirs was rolled back. */
@WithJenkins
class BuildMarksTest {
    @TempDir(cleanup = CleanupMode.NEVER)
    private Path directory;

    private JenkinsRule jenkins;
    private WorkflowJob job;

    @BeforeEach
    void setUp(JenkinsRule rule) throws Exception {
        jenkins = rule;
        for (String environment : new String[] {"staging", "production"}) {
            Files.createDirectories(directory.resolve(environment));
        }
        job = rule.createProject(WorkflowJob.class, "shop");
    }

    @Test
    void aBuildIsKeptUntilNoneOfItsReleasesIsNeeded() throws Exception {
        WorkflowRun both = run(deploy("staging", "1.0") + deploy("production", "1.0"));
        run(deploy("staging", "1.1"));
        assertThat(both.isKeepLog()).isTrue();
        run(deploy("staging", "1.2"));
        assertThat(both.isKeepLog()).as("it is live in production").isTrue();
        run(deploy("production", "1.1"));
        assertThat(both.isKeepLog()).as("it is the way back in production").isTrue();
        run(deploy("production", "1.2"));
        assertThat(both.isKeepLog()).isFalse();
    }

    @Test
    void aBuildSaysOfEachReleaseThatItWasRolledBack() throws Exception {
        run(deploy("staging", "1.0") + deploy("production", "1.0"));
        WorkflowRun both = run(deploy("staging", "2.0") + deploy("production", "3.0"));
        run(rollback("staging") + rollback("production"));
        assertThat(both.getActions(RolledBackBadge.class))
                .extracting(RolledBackBadge::getVersion)
                .containsExactly("2.0", "3.0");
    }

    /** It is another job, whose builds released nothing. */
    @Test
    void aJobOfTheNameOfADeletedOneGetsNoneOfItsMarks() throws Exception {
        WorkflowJob another = jenkins.createProject(WorkflowJob.class, "another");
        run(another, deploy("production", "0.9"));
        run(deploy("production", "1.0"));
        job.delete();
        job = jenkins.createProject(WorkflowJob.class, "shop");
        WorkflowRun namesake = run("echo 'nothing'\n");

        run(another, deploy("production", "1.1"));
        assertThat(namesake.isKeepLog()).as("for the way back").isFalse();
        run(another, rollback("production"));
        assertThat(namesake.isKeepLog()).as("for what is live").isFalse();
        run(another, rollback("production"));
        assertThat(namesake.getActions(RolledBackBadge.class)).isEmpty();
        assertThat(ReleaseHistory.of("shop", "production").newestFirst())
                .filteredOn(release -> release.getVersion().equals("1.0") && !release.isRollback())
                .singleElement()
                .satisfies(release -> {
                    assertThat(release.isKnownBad()).isTrue();
                    assertThat(release.build()).isEmpty();
                });
    }

    /** As after a restore from a backup by somebody else: whoever released next is not to pay for it. */
    @Test
    void aBuildThatCannotBeSavedIsTriedAgainAndSpeaksAgainstNoRelease() throws Exception {
        WorkflowRun first = run(deploy("production", "1.0"));
        run(deploy("production", "1.1"));
        ReleaseHistory history = ReleaseHistory.of("shop", "production");
        Path ofFirst = spoil(first);
        WorkflowRun third;
        Path ofThird;
        try (LogRecorder log =
                new LogRecorder().record(BuildMarks.class, Level.WARNING).capture(100)) {
            third = run(deploy("production", "1.2"));
            assertThat(third.isKeepLog()).isTrue();
            assertThat(log.getMessages())
                    .as("which build, of which release, and the cure")
                    .anySatisfy(message -> assertThat(message)
                            .contains("shop/production", releaseOf(first), "shop #1", first.getRootDir() + ";"));
            assertThat(first.isKeepLog()).as("as on the disk").isTrue();
            assertThat(history.kept().orElseThrow()).contains(releaseOf(first));
            ofThird = spoil(third);
            run(rollback("production"));
        }
        assertThat(history.live()).get().returns("1.1", ReleaseSummary::getVersion);
        assertThat(history.kept().orElseThrow()).contains(releaseOf(third));

        mend(ofFirst);
        mend(ofThird);
        history.freezes().orElseThrow().decide(false, "ada", "");
        run(deploy("production", "1.3"));
        assertThat(first.isKeepLog()).isFalse();
        assertThat(Files.readString(ofFirst)).contains("<keepLog>false").doesNotContain("KeptForRelease");
        assertThat(Files.readString(ofThird))
                .contains("<keepLog>false")
                .doesNotContain("KeptForRelease")
                .contains("RolledBackBadge");
        assertThat(history.kept().orElseThrow()).hasSize(2).doesNotContain(releaseOf(first), releaseOf(third));
    }

    private static String releaseOf(WorkflowRun run) {
        return run.getAction(ReleaseAction.class).getReleases().get(0).getId();
    }

    /** Nobody can write its file any more, whoever Jenkins runs as. */
    private static Path spoil(WorkflowRun run) throws Exception {
        Path file = run.getRootDir().toPath().resolve("build.xml");
        Files.move(file, file.resolveSibling("build.xml.before"));
        Files.createDirectories(file.resolve("a directory where the file is to be"));
        return file;
    }

    private static void mend(Path file) throws Exception {
        Files.delete(file.resolve("a directory where the file is to be"));
        Files.delete(file);
        Files.move(file.resolveSibling("build.xml.before"), file);
    }

    @Test
    void marksDoNotDependOnWhoIsLoggedIn() throws Exception {
        WorkflowRun run = run("echo 'as if it had released'\n");
        jenkins.jenkins.setSecurityRealm(jenkins.createDummySecurityRealm());
        jenkins.jenkins.setAuthorizationStrategy(new MockAuthorizationStrategy()
                .grant(Jenkins.READ, Item.DISCOVER)
                .everywhere()
                .to("stranger"));
        GeneratedRelease release = new GeneratedRelease("shop", "production", 1).remember(run, "Well.");
        try (ACLContext ignored = ACL.as2(User.getById("stranger", true).impersonate2())) {
            ReleaseHistory history = ReleaseHistory.of("shop", "production");
            BuildMarks.update(history, Set.of(release.id()));
            assertThat(history.summary(release.id()).orElseThrow().getJob())
                    .as("whose job it is, is not for everybody")
                    .isNull();
        }
        assertThat(run.isKeepLog()).isTrue();
    }

    private WorkflowRun run(String pipeline) throws Exception {
        return run(job, pipeline);
    }

    private WorkflowRun run(WorkflowJob job, String pipeline) throws Exception {
        job.setDefinition(new CpsFlowDefinition("node {\n" + pipeline + "}", true));
        return jenkins.buildAndAssertSuccess(job);
    }

    private String deploy(String environment, String version) {
        return "writeFile file: 'app/page', text: '" + version + "'\ndeploy " + where(environment)
                + ", artifact: 'app', version: '" + version + "', target: directory('"
                + directory.resolve(environment) + "')\n";
    }

    private String rollback(String environment) {
        return "rollback " + where(environment) + ", to: 'previous'\n";
    }

    private String where(String environment) {
        return "service: 'shop', environment: '" + environment + "', stateDirectory: '" + directory.resolve("state")
                + "'";
    }
}
