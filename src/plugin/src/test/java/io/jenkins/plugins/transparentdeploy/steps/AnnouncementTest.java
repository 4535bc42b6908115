package io.jenkins.plugins.transparentdeploy.steps;

import static org.assertj.core.api.Assertions.assertThat;

import hudson.model.Job;
import hudson.model.Result;
import hudson.model.Run;
import hudson.model.TaskListener;
import hudson.slaves.DumbSlave;
import io.jenkins.plugins.checks.api.ChecksConclusion;
import io.jenkins.plugins.checks.api.ChecksDetails;
import io.jenkins.plugins.checks.api.ChecksPublisher;
import io.jenkins.plugins.checks.api.ChecksPublisherFactory;
import io.jenkins.plugins.transparentdeploy.records.ReleaseAction;
import io.jenkins.plugins.transparentdeploy.records.ReleaseNotes;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.htmlunit.html.HtmlPage;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.TestExtension;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/** What a pipeline, and whoever looks at its build, learns of a release and of a rollback. */
@WithJenkins
class AnnouncementTest {
    @TempDir(cleanup = CleanupMode.NEVER)
    private Path directory;

    private JenkinsRule jenkins;
    private WorkflowJob job;

    @BeforeEach
    void setUp(JenkinsRule rule) throws Exception {
        jenkins = rule;
        DumbSlave agent = rule.createOnlineSlave();
        agent.setLabelString("host");
        Files.createDirectories(directory.resolve("live"));
        job = rule.createProject(WorkflowJob.class, "shop");
        Checks.PUBLISHED.clear();
    }

    @Test
    void whatBecameOfAReleaseIsToldWherePeopleLook() throws Exception {
        WorkflowRun first = run("1.0", "open", "");
        jenkins.assertBuildStatusSuccess(first);
        assertThat(first.getDescription()).startsWith("shop/production: 1.0 is live");
        jenkins.assertLogContains("previous=null.", first);
        jenkins.assertLogNotContains("taken back", first);

        WorkflowRun second = run("1.1", "open", "script { currentBuild.description = 'by hand' }");
        jenkins.assertBuildStatusSuccess(second);
        String id = second.getAction(ReleaseAction.class).getReleases().get(0).getId();
        assertThat(second.getDescription()).as("somebody else's is left alone").isEqualTo("by hand");
        jenkins.assertLogContains("id=" + id + " previous=1.0.", second);
        jenkins.assertLogContains("in a shell: " + id + " 1.0", second);
        try (JenkinsRule.WebClient web = jenkins.createWebClient().withJavaScriptEnabled(false)) {
            HtmlPage log = web.getPage(second, "consoleFull");
            assertThat(log.getAnchorByText("Release " + id + ": what it changed, its checks, and the way back")
                            .getHrefAttribute())
                    .endsWith(second.getUrl() + "release/");
        }

        WorkflowRun bad = run("1.2", "closed", "");
        jenkins.assertBuildStatus(Result.FAILURE, bad);
        assertThat(bad.getDescription()).startsWith("shop/production: 1.2 was rolled back to 1.1");
        jenkins.assertLogContains("taken back", bad);
        assertThat(directory.resolve("live/page")).hasContent("open");

        assertThat(Checks.PUBLISHED)
                .allSatisfy(check -> assertThat(check.getName()).contains("Release of shop/production"));
        assertThat(Checks.PUBLISHED)
                .extracting(ChecksDetails::getConclusion)
                .containsExactly(
                        ChecksConclusion.NONE,
                        ChecksConclusion.NONE,
                        ChecksConclusion.SUCCESS, // 1.0
                        ChecksConclusion.NONE,
                        ChecksConclusion.NONE,
                        ChecksConclusion.SUCCESS, // 1.1
                        ChecksConclusion.NONE,
                        ChecksConclusion.NONE,
                        ChecksConclusion.FAILURE);
        ChecksDetails last = Checks.PUBLISHED.get(Checks.PUBLISHED.size() - 1);
        assertThat(last.getDetailsURL()).contains(jenkins.getURL() + bad.getUrl() + "release/");
        assertThat(last.getOutput().orElseThrow().getTitle().orElseThrow()).startsWith("1.2 was rolled back to 1.1");
    }

    @Test
    void aBuildDoesNotSayThatItsReleaseIsLiveWhenSomebodyRolledItBack() throws Exception {
        WorkflowRun first = run("1.0", "open", "");
        WorkflowRun second = run("1.1", "open", "");
        jenkins.assertBuildStatusSuccess(second);

        job.setDefinition(new CpsFlowDefinition(
                "node('host') { rollback service: 'shop', environment: 'production', stateDirectory: '"
                        + directory.resolve("state") + "' }",
                true));
        jenkins.buildAndAssertSuccess(job);

        assertThat(first.getDescription()).startsWith("shop/production: 1.0 is live");
        assertThat(second.getDescription()).startsWith("shop/production: 1.1 was rolled back by ");
    }

    /** The class was in another package. */
    @Test
    void theNotesOfOlderBuildsAreRead() {
        ReleaseNotes notes = (ReleaseNotes)
                Run.XSTREAM2.fromXML(
                        """
                <io.jenkins.plugins.transparentdeploy.steps.ReleaseNotes>
                  <releaseId>20261101T120000000Z-00000001</releaseId>
                  <previousVersion>1.0</previousVersion>
                  <description>shop/production: 1.1 is live</description>
                </io.jenkins.plugins.transparentdeploy.steps.ReleaseNotes>
                """);
        assertThat(notes.areOf("20261101T120000000Z-00000001")).isTrue();
    }

    private WorkflowRun run(String version, String page, String before) throws Exception {
        String pipeline =
                """
                pipeline {
                  agent { label 'host' }
                  stages {
                    stage('Release') {
                      steps {
                        %s
                        writeFile file: 'app/page', text: '%s'
                        autoRollback(service: 'shop', environment: 'production', stateDirectory: '%s') {
                          deploy artifact: 'app', version: '%s', target: directory('%s')
                          smokeTest checks: [commandCheck(['grep', '-q', 'open', '%s/page'])], retries: 0
                        }
                        echo "id=${env.RELEASE_ID} previous=${env.RELEASE_PREVIOUS_VERSION}."
                        sh 'echo "in a shell: $RELEASE_ID $RELEASE_PREVIOUS_VERSION"'
                      }
                    }
                  }
                  post {
                    rolledBack { echo 'taken back' }
                  }
                }
                """
                        .formatted(
                                before,
                                page,
                                directory.resolve("state"),
                                version,
                                directory.resolve("live"),
                                directory.resolve("live"));
        job.setDefinition(new CpsFlowDefinition(pipeline, true));
        return job.scheduleBuild2(0).get();
    }

    /** Shows checks as the plugins of code hosts do. */
    @TestExtension
    public static final class Checks extends ChecksPublisherFactory {
        private static final List<ChecksDetails> PUBLISHED = new CopyOnWriteArrayList<>();

        @Override
        protected Optional<ChecksPublisher> createPublisher(Run<?, ?> run, TaskListener listener) {
            return Optional.of(new ChecksPublisher() {
                @Override
                public void publish(ChecksDetails details) {
                    PUBLISHED.add(details);
                }
            });
        }

        @Override
        protected Optional<ChecksPublisher> createPublisher(Job<?, ?> of, TaskListener listener) {
            return Optional.empty();
        }
    }
}
