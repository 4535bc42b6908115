package io.jenkins.plugins.transparentdeploy.rollback;

import static io.jenkins.plugins.transparentdeploy.rollback.NewestRollback.ended;
import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.transparentdeploy.Click;
import io.jenkins.plugins.transparentdeploy.records.ReleaseAction;
import io.jenkins.plugins.transparentdeploy.records.ReleaseHistory;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.InboundAgentExtension;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/** The machine of an agent is lost, and another one has its name: what ran comes back from the archive of its build. */
@WithJenkins
class ReplacedAgentTest {
    @RegisterExtension
    private final InboundAgentExtension agents = new InboundAgentExtension();

    @TempDir(cleanup = CleanupMode.NEVER)
    private Path directory;

    private JenkinsRule jenkins;
    private WorkflowJob job;

    @Test
    void comesBackOnceSomebodySaysThatTheOldHostIsGone(JenkinsRule rule) throws Exception {
        start(rule);
        release("1.0", "first");
        String live = release("1.1", "second");
        String lost = Files.readString(directory.resolve("one/.transparent-deploy/host-id"));
        agents.stop(jenkins, "host");
        Files.delete(directory.resolve("live/page"));
        agents.start(jenkins, agent("two"));

        String plan = post("plan");
        assertThat(plan)
                .contains("not the host on which it ran")
                .contains("Bring back 1.0 from its archive")
                .contains("Bring back 1.1 from its archive")
                .contains("name=\"takeOver\"");
        post("rollback");
        assertThat(ended().isDone()).as("nobody said that the old host is gone").isFalse();
        assertThat(directory.resolve("live/page")).doesNotExist();

        post("rollback", "&takeOver=true&restore=" + live + "&reason=the+disk+died");
        Rollback restored = ended();
        assertThat(restored.isDone()).as(restored.getMessage()).isTrue();
        assertThat(directory.resolve("live/page")).hasContent("second");
        Path state = directory.resolve("two/.transparent-deploy");
        assertThat(state.resolve("host-id")).as("the identity").hasContent(lost.strip());
        assertThat(state.resolve("deliveries"))
                .as("what was brought is taken away again")
                .isEmptyDirectory();
        assertThat(ReleaseHistory.of("shop", "production").live())
                .get()
                .returns("1.1", release -> release.getVersion());

        post("rollback");
        Rollback back = ended();
        assertThat(back.isDone()).as(back.getMessage()).isTrue();
        assertThat(directory.resolve("live/page"))
                .as("the release before came along")
                .hasContent("first");
    }

    /** Nothing is offered then that the click would refuse. */
    @Test
    void theArchivesOfADeletedJobAreGoneWithIt(JenkinsRule rule) throws Exception {
        start(rule);
        release("1.0", "first");
        release("1.1", "second");
        agents.stop(jenkins, "host");
        job.delete();
        agents.start(jenkins, agent("two"));

        try (JenkinsRule.WebClient web = jenkins.createWebClient()) {
            assertThat(Click.on(web, "deployments/plan?service=shop&environment=production&to=previous")
                            .getContentAsString())
                    .contains("gone with their builds, or with their job", "data-impossible")
                    .doesNotContain("Bring back", "takeOver");
        }
    }

    private void start(JenkinsRule rule) throws Exception {
        jenkins = rule;
        job = jenkins.createProject(WorkflowJob.class, "shop");
        agents.createAgent(jenkins, agent("one"));
    }

    private InboundAgentExtension.Options agent(String home) throws Exception {
        Path own = Files.createDirectories(directory.resolve(home));
        return InboundAgentExtension.Options.newBuilder()
                .name("host")
                .label("host")
                .javaOptions("-Duser.home=" + own)
                .build();
    }

    private String post(String what) throws Exception {
        return post(what, "");
    }

    private String post(String what, String more) throws Exception {
        try (JenkinsRule.WebClient web = jenkins.createWebClient()) {
            return Click.on(
                            web,
                            job.getUrl() + "releases/" + what + "?service=shop&environment=production&to=previous"
                                    + more)
                    .getContentAsString();
        }
    }

    private String release(String version, String page) throws Exception {
        Path live = Files.createDirectories(directory.resolve("live"));
        job.setDefinition(new CpsFlowDefinition(
                "node('host') { writeFile file: 'app/page', text: '" + page
                        + "'; deploy service: 'shop', environment: 'production', artifact: 'app', version: '" + version
                        + "', target: directory('" + live + "') }",
                true));
        WorkflowRun run = jenkins.buildAndAssertSuccess(job);
        return run.getAction(ReleaseAction.class).getReleases().get(0).getId();
    }
}
