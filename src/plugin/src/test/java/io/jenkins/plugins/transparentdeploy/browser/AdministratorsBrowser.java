package io.jenkins.plugins.transparentdeploy.browser;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/** A browser in front of a Jenkins in which one may do everything. */
@WithJenkins
abstract class AdministratorsBrowser {
    @TempDir(cleanup = CleanupMode.NEVER)
    Path directory;

    JenkinsRule jenkins;
    Chromium chromium;

    @BeforeEach
    void start(JenkinsRule rule) {
        jenkins = rule;
        chromium = Chromium.startForAdmin(jenkins);
    }

    @AfterEach
    void close() {
        if (chromium != null) {
            chromium.close();
        }
    }
}
