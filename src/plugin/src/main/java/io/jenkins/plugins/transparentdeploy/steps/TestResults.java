package io.jenkins.plugins.transparentdeploy.steps;

import hudson.FilePath;
import hudson.Launcher;
import hudson.model.Run;
import hudson.model.TaskListener;
import hudson.tasks.junit.JUnitResultArchiver;
import hudson.tasks.junit.pipeline.JUnitResultsStepExecution;
import hudson.tasks.test.PipelineTestDetails;
import io.jenkins.plugins.transparentdeploy.agent.RunResult;
import java.io.IOException;
import java.util.List;
import org.jenkinsci.plugins.workflow.graph.FlowNode;
import org.jenkinsci.plugins.workflow.steps.StepContext;

/** Makes the checks of a smoke test test results of the build. */
final class TestResults {

    private TestResults() {}

    static void publish(StepContext context, RunResult result) throws IOException, InterruptedException {
        FilePath workspace = context.get(FilePath.class);
        if (workspace == null || result.smokeTestsFile().isEmpty()) {
            return;
        }
        FilePath report =
                new FilePath(workspace.getChannel(), result.smokeTestsFile().get());
        if (!report.exists()) {
            return;
        }
        JUnitResultArchiver archiver = new JUnitResultArchiver(report.getName());
        archiver.setSkipMarkingBuildUnstable(true);
        archiver.setSkipPublishingChecks(true);
        JUnitResultArchiver.parseAndSummarize(
                archiver,
                details(context.get(FlowNode.class)),
                context.get(Run.class),
                report.getParent(),
                context.get(Launcher.class),
                context.get(TaskListener.class));
    }

    private static PipelineTestDetails details(FlowNode node) {
        List<FlowNode> enclosing = JUnitResultsStepExecution.getEnclosingStagesAndParallels(node);
        PipelineTestDetails details = new PipelineTestDetails();
        details.setNodeId(node.getId());
        details.setEnclosingBlocks(JUnitResultsStepExecution.getEnclosingBlockIds(enclosing));
        details.setEnclosingBlockNames(JUnitResultsStepExecution.getEnclosingBlockNames(enclosing));
        return details;
    }
}
