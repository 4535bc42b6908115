package io.jenkins.plugins.transparentdeploy.scale;

import io.jenkins.plugins.transparentdeploy.records.GeneratedRelease;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A service with a long past, which a job of its name released; for the home of a Jenkins that does not run yet.
 *
 * @param releases in each environment; every ninth rolled itself back
 */
record GeneratedService(String name, List<String> environments, int releases) {
    void writeTo(Path home) throws IOException {
        writeJob(home);
        int build = 0;
        for (String environment : environments) {
            Path history = history(home, environment);
            for (int number = 0; number < releases; number++) {
                GeneratedRelease release = new GeneratedRelease(name, environment, number);
                if (number % 9 == 8) {
                    release.states("PREPARED", "DEPLOYING", "ROLLING_BACK", "ROLLED_BACK");
                }
                release.builtBy(name, ++build).writeTo(history);
            }
        }
    }

    /** Without its past. */
    void writeJob(Path home) throws IOException {
        Path job = Files.createDirectories(home.resolve("jobs").resolve(name));
        Files.writeString(
                job.resolve("config.xml"),
                "<?xml version='1.1' encoding='UTF-8'?><flow-definition><definition"
                        + " class='org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition'><script>echo 'x'</script>"
                        + "<sandbox>true</sandbox></definition></flow-definition>");
    }

    /** What pages need is in the index once that is there: without the records they must be as they were. */
    void hideRecords(Path home) throws IOException {
        for (String environment : environments) {
            Path releases = history(home, environment).resolve("releases");
            Files.move(releases, releases.resolveSibling("hidden"));
        }
    }

    private Path history(Path home, String environment) {
        return home.resolve("transparent-deploy/services").resolve(name).resolve(environment);
    }
}
