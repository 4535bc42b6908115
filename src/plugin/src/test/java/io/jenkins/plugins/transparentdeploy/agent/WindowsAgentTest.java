package io.jenkins.plugins.transparentdeploy.agent;

import static org.assertj.core.api.Assertions.assertThat;

import hudson.model.Computer;
import hudson.model.Descriptor;
import hudson.model.Result;
import hudson.model.Slave;
import hudson.slaves.ComputerLauncher;
import hudson.slaves.SlaveComputer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.TestExtension;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/** A Windows agent is refused, before anything is put on it. There is none here: the agent only claims to be one. */
@WithJenkins
class WindowsAgentTest {
    @TempDir(cleanup = CleanupMode.NEVER)
    private Path directory;

    @Test
    void anAgentThatOnlyClaimsToBeWindowsIsRefusedAndLeftAlone(JenkinsRule jenkins) throws Exception {
        ClaimsToBeWindows agent = new ClaimsToBeWindows(
                Files.createDirectories(directory.resolve("agent")), jenkins.createComputerLauncher(null));
        jenkins.jenkins.addNode(agent);
        jenkins.waitOnline(agent);
        WorkflowJob job = jenkins.createProject(WorkflowJob.class);
        Path live = Files.createDirectories(directory.resolve("live"));
        Path state = directory.resolve("state");
        job.setDefinition(new CpsFlowDefinition(
                "node('windows') { writeFile file: 'app/page', text: 'x'; deploy artifact: 'app', service: 'shop',"
                        + " environment: 'production', target: directory('" + live + "'), stateDirectory: '" + state
                        + "' }",
                true));

        WorkflowRun run = jenkins.assertBuildStatus(Result.FAILURE, job.scheduleBuild2(0));

        jenkins.assertLogContains("windows runs on Windows, where Transparent Deploy cannot release", run);
        jenkins.assertLogContains("Run the step on a Linux or other POSIX agent", run);
        assertThat(state).as("nothing was put on the agent").doesNotExist();
        assertThat(live).isEmptyDirectory();
    }

    public static final class ClaimsToBeWindows extends Slave {
        private static final long serialVersionUID = 1L;

        ClaimsToBeWindows(Path root, ComputerLauncher launcher) throws Descriptor.FormException, IOException {
            super("windows", root.toString(), launcher);
        }

        @Override
        public Computer createComputer() {
            return new SlaveComputer(this) {
                @Override
                public Boolean isUnix() {
                    return super.isUnix() == null ? null : false;
                }
            };
        }

        @TestExtension
        public static final class DescriptorImpl extends SlaveDescriptor {}
    }
}
