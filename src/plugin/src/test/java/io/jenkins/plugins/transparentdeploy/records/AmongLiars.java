package io.jenkins.plugins.transparentdeploy.records;

import io.jenkins.plugins.transparentdeploy.LyingHost;
import java.nio.file.Path;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/** A shop and a bank of two releases each, on an agent that lies: whatever it says of the one, the other is as it was. */
@WithJenkins
abstract class AmongLiars {
    @TempDir(cleanup = CleanupMode.NEVER)
    Path directory;

    JenkinsRule jenkins;
    LiarsShop place;
    LyingHost liar;
    WorkflowJob shop;

    @BeforeEach
    void aShopAndABankOfTwoReleasesEach(JenkinsRule rule) throws Exception {
        jenkins = rule;
        place = new LiarsShop(rule, directory);
        liar = place.liar();
        shop = place.shop();
    }

    @AfterEach
    void theBankIsAsItWasAndTheTruthIsBelievedAgain() throws Exception {
        place.assertBankUnchanged();
        place.assertTruthIsBelieved();
    }
}
