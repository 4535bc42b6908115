package io.jenkins.plugins.transparentdeploy.engine.rollback;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.transparentdeploy.engine.release.ManagedEnvironment;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseRecord;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseState;
import io.jenkins.plugins.transparentdeploy.engine.release.Verification;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A service that writes what its release says into a log when it is started. */
class JudgedByItsLogTest {
    @TempDir
    Path root;

    private Workshop workshop;

    @BeforeEach
    void describe() throws Exception {
        workshop = new Workshop(root)
                .with(
                        """
                        target: {directory: "@root@/live"}
                        process: {reload: [sh, -c, "cat says >> @root@/app.log"]}
                        freezeAfterRollback: false
                        smokeTest:
                          retries: 0
                          checks:
                            - name: log
                              log: "@root@/app.log"
                              pattern: ERROR
                              atMost: 0
                        """);
        Files.createDirectory(root.resolve("live"));
        Files.writeString(root.resolve("app.log"), "ERROR of long ago\n");
    }

    private ReleaseRecord release(String version, String says) throws Exception {
        try (ManagedEnvironment environment = workshop.open()) {
            return new AutoRollback(environment).run(workshop.write(version, "says", says), Workshop.request(version));
        }
    }

    private String askLive() throws Exception {
        try (ManagedEnvironment environment = workshop.open()) {
            return Verification.smokeTest(environment).results().get(0).detail();
        }
    }

    @Test
    void whatCameBackIsNotToBlameForWhatTheLaterOneWrote() throws Exception {
        release("1", "INFO fine\n");
        release("2", "ERROR broken\n");
        assertThat(askLive()).as("it came back by itself").isEqualTo("0 of 0 lines match");
        release("3", "INFO fine too\n");
        Files.writeString(root.resolve("app.log"), "ERROR an hour later\n", StandardOpenOption.APPEND);
        try (ManagedEnvironment environment = workshop.open()) {
            new Rollback(environment).to("previous", Workshop.request("-"));
        }
        assertThat(askLive()).as("somebody brought it back").isEqualTo("0 of 0 lines match");
    }

    @Test
    void onlyWhatTheReleaseWroteCountsAndOnlyAgainstIt() throws Exception {
        assertThat(release("1", "INFO fine\n").state()).isEqualTo(ReleaseState.SUCCEEDED);
        ReleaseRecord bad = release("2", "ERROR broken\n");
        assertThat(bad.state()).isEqualTo(ReleaseState.ROLLED_BACK);
        assertThat(bad.incident().orElseThrow().reason())
                .isEqualTo("smoke test failed: log: 1 of 1 lines match instead of at most 0");
        assertThat(Files.readString(root.resolve("app.log"))).endsWith("ERROR broken\nINFO fine\n");
        assertThat(release("3", "INFO fine again\n").state()).isEqualTo(ReleaseState.SUCCEEDED);
    }
}
