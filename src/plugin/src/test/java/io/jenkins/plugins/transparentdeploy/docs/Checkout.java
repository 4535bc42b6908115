package io.jenkins.plugins.transparentdeploy.docs;

import hudson.model.Result;
import hudson.slaves.DumbSlave;
import io.jenkins.plugins.transparentdeploy.configuration.TransparentDeployConfiguration;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.jvnet.hudson.test.JenkinsRule;

/** The workspace of a job on an agent for production, with what a checkout would have brought. */
record Checkout(JenkinsRule jenkins, WorkflowJob job, Path workspace) {
    static Checkout of(JenkinsRule jenkins, String job, Path stateDirectory) throws Exception {
        TransparentDeployConfiguration.get().setStateDirectory(stateDirectory.toString());
        DumbSlave agent = jenkins.createOnlineSlave();
        agent.setLabelString("production");
        Path workspace = Path.of(agent.getRemoteFS(), "workspace", job);
        Checkout checkout = new Checkout(
                jenkins, jenkins.createProject(WorkflowJob.class, job), Files.createDirectories(workspace));
        Path build =
                checkout.write("build.sh", "#!/bin/sh\nmkdir -p build && tar -czf build/shop.tar.gz -C source .\n");
        Files.createDirectories(workspace.resolve("source"));
        if (!build.toFile().setExecutable(true)) {
            throw new IOException(build + " cannot be made executable");
        }
        return checkout;
    }

    Path write(String name, String text) throws IOException {
        Path file = workspace.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, text);
    }

    /** Files below a directory, those that were there before and are not among them gone. */
    void replace(String directory, Map<String, String> files) throws Exception {
        hudson.Util.deleteContentsRecursive(
                Files.createDirectories(workspace.resolve(directory)).toFile());
        for (Map.Entry<String, String> file : files.entrySet()) {
            write(directory + "/" + file.getKey(), file.getValue());
        }
    }

    WorkflowRun run(String jenkinsfile, Result result) throws Exception {
        job.setDefinition(new CpsFlowDefinition(jenkinsfile, true));
        return jenkins.assertBuildStatus(result, job.scheduleBuild2(0));
    }
}
