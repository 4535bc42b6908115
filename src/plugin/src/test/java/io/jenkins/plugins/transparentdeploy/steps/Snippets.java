package io.jenkins.plugins.transparentdeploy.steps;

import org.jenkinsci.plugins.workflow.cps.SnippetizerTester;
import org.jenkinsci.plugins.workflow.steps.Step;
import org.jenkinsci.plugins.workflow.steps.StepConfigTester;
import org.jvnet.hudson.test.JenkinsRule;

/** The Snippet Generator of a Jenkins. */
record Snippets(JenkinsRule jenkins) {
    /** From the step to its text, from the text to the step, and once through the form in between. */
    void roundTrip(Step step, String snippet) throws Exception {
        new SnippetizerTester(jenkins).assertRoundTrip(step, snippet);
        Step configured = new StepConfigTester(jenkins).configRoundTrip(step);
        new SnippetizerTester(jenkins).assertRoundTrip(configured, snippet);
    }
}
