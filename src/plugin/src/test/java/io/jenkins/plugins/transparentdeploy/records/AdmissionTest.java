package io.jenkins.plugins.transparentdeploy.records;

import static org.assertj.core.api.Assertions.assertThat;

import hudson.model.Item;
import hudson.model.Result;
import hudson.model.User;
import hudson.security.ACL;
import io.jenkins.plugins.transparentdeploy.RollbackPermission;
import io.jenkins.plugins.transparentdeploy.configuration.ConfiguredEnvironment;
import io.jenkins.plugins.transparentdeploy.configuration.TransparentDeployConfiguration;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
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

/** A team releases its shop; somebody else, on an agent of his own, writes its name into a Jenkinsfile. */
@WithJenkins
class AdmissionTest {
    private static final String REFUSAL = "shop/production lives on agent ours and was never released by stranger";

    @TempDir(cleanup = CleanupMode.NEVER)
    private Path directory;

    private JenkinsRule jenkins;
    private MockFolder team;
    private WorkflowJob stranger;

    @BeforeEach
    void aTeamThatReleasedItsShop(JenkinsRule rule) throws Exception {
        jenkins = rule;
        for (String agent : new String[] {"ours", "theirs"}) {
            jenkins.createSlave(agent, agent, null);
            Files.createDirectories(directory.resolve(agent));
        }
        team = jenkins.createFolder("team");
        WorkflowJob shop = team.createProject(WorkflowJob.class, "shop");
        stranger = jenkins.createProject(WorkflowJob.class, "stranger");
        run(Result.SUCCESS, shop, deploy("ours", "1.0", "open"));
        run(Result.SUCCESS, shop, deploy("ours", "1.1", "slow"));
    }

    @Test
    void nobodyTakesItToAnotherAgentNorRollsItBackNorScalesItByItsName() throws Exception {
        jenkins.assertLogContains(REFUSAL, run(Result.FAILURE, stranger, deploy("theirs", "9.9", "stolen")));
        assertThat(directory.resolve("theirs/page")).as("nothing was touched").doesNotExist();
        jenkins.assertLogContains(
                REFUSAL,
                run(
                        Result.FAILURE,
                        stranger,
                        "node('theirs') { writeFile file: 'transparent-deploy.yaml', text: '''service: shop\n"
                                + "environments: {production: {target: {directory: " + directory.resolve("theirs")
                                + "}}}'''; writeFile file: 'app/page', text: 'stolen'; deploy environment: 'production',"
                                + " stateDirectory: '" + directory.resolve("state of theirs")
                                + "', artifact: 'app', version: '9.9' }"));
        jenkins.assertLogContains(
                REFUSAL,
                run(Result.FAILURE, stranger, "rollback service: 'shop', environment: 'production', to: 'previous'"));
        jenkins.assertLogContains(
                REFUSAL,
                run(
                        Result.FAILURE,
                        stranger,
                        "scale service: 'shop', environment: 'production', scaling: demandScaling(demand: 100)"));

        assertThat(directory.resolve("ours/page")).hasContent("slow");
        ReleaseHistory history = ReleaseHistory.of("shop", "production");
        assertThat(history.live()).get().returns("1.1", ReleaseSummary::getVersion);
        assertThat(history.place()).get().returns("ours", Place::node);
        assertThat(history.jobNames()).as("a name gives no say").containsExactly("team/shop");

        run(
                Result.SUCCESS,
                team.createProject(WorkflowJob.class, "back"),
                "rollback service: 'shop', environment: 'production', to: 'previous'");
        assertThat(directory.resolve("ours/page")).hasContent("open");
    }

    @Test
    void itIsForJobsThatAreKnownThereForUsersWhoMayAndForWhatRunsOnItsAgent() throws Exception {
        assertThat(refusal(stranger, "theirs")).get().asString().contains(REFUSAL);
        assertThat(refusal(stranger, null)).isPresent();
        assertThat(refusal(stranger, "ours")).isEmpty();
        assertThat(refusal(team.createProject(WorkflowJob.class, "other"), "theirs"))
                .isEmpty();
        assertThat(Admission.refusal(stranger, ACL.SYSTEM2, "shop", "staging", "theirs"))
                .as("a name that nobody has")
                .isEmpty();

        jenkins.jenkins.setSecurityRealm(jenkins.createDummySecurityRealm());
        jenkins.jenkins.setAuthorizationStrategy(new MockAuthorizationStrategy()
                .grant(Jenkins.READ, Item.READ, Item.CONFIGURE)
                .everywhere()
                .to("rita", "bob")
                .grant(Jenkins.READ, Item.DISCOVER, RollbackPermission.ROLLBACK)
                .everywhere()
                .to("outsider")
                .grant(RollbackPermission.ROLLBACK)
                .everywhere()
                .to("rita"));
        assertIsAdmittedByPermission();
        team.getItem("shop").delete();
        assertIsAdmittedByPermission();

        reserve("team", "ops/emergency");
        assertThat(refusal(stranger, "ours"))
                .get()
                .asString()
                .contains("not for stranger, but for team, ops/emergency");
        assertThat(refusal(team.createProject(WorkflowJob.class, "another"), "theirs"))
                .isEmpty();
        reserve("stranger");
        assertThat(refusal(stranger, "theirs")).isEmpty();
    }

    private void assertIsAdmittedByPermission() {
        for (String user : new String[] {"rita", "bob", "outsider"}) {
            assertThat(Admission.refusal(
                                    stranger, User.getById(user, true).impersonate2(), "shop", "production", "theirs")
                            .isEmpty())
                    .as(user)
                    .isEqualTo(user.equals("rita"));
        }
    }

    private static void reserve(String... jobs) throws Exception {
        ConfiguredEnvironment production = new ConfiguredEnvironment("shop", "production");
        production.setJobs(List.of(jobs));
        TransparentDeployConfiguration.get().setEnvironments(List.of(production));
    }

    private static Optional<String> refusal(WorkflowJob job, String nodeAtHand) {
        return Admission.refusal(job, ACL.SYSTEM2, "shop", "production", nodeAtHand);
    }

    private String deploy(String agent, String version, String page) {
        return "node('" + agent + "') { writeFile file: 'app/page', text: '" + page
                + "'; deploy service: 'shop', environment: 'production', stateDirectory: '"
                + directory.resolve("state of " + agent) + "', artifact: 'app', version: '" + version
                + "', target: directory('" + directory.resolve(agent) + "') }";
    }

    private WorkflowRun run(Result result, WorkflowJob job, String pipeline) throws Exception {
        job.setDefinition(new CpsFlowDefinition(pipeline, true));
        return jenkins.assertBuildStatus(result, job.scheduleBuild2(0));
    }
}
