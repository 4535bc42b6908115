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

    private static final String DESCRIPTION =
            """
            target: {directory: "@root@/live"}
            process: {reload: [sh, -c, "cat says >> @root@/app.log"]}
            freezeAfterRollback: false
            """;
    private static final String SMOKE_TEST =
            """
            smokeTest:
              retries: 0
              checks:
                - name: log
                  log: "@root@/app.log"
                  pattern: ERROR
                  atMost: 0
            """;

    @BeforeEach
    void describe() throws Exception {
        workshop = new Workshop(root).with(DESCRIPTION + SMOKE_TEST);
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

    /** As in a Jenkinsfile, where 'deploy' is told nothing of the check that 'smokeTest' brings. */
    private ReleaseRecord releaseAndAskLater(String version, String says) throws Exception {
        workshop.with(DESCRIPTION);
        try (ManagedEnvironment environment = workshop.open()) {
            new AutoRollback(environment)
                    .deploy(workshop.write(version, "says", says), Workshop.request(version), true);
        }
        workshop.with(DESCRIPTION + SMOKE_TEST);
        try (ManagedEnvironment environment = workshop.open()) {
            new AutoRollback(environment).smokeTest();
        }
        workshop.with(DESCRIPTION);
        try (ManagedEnvironment environment = workshop.open()) {
            return new AutoRollback(environment).complete();
        }
    }

    @Test
    void whatOnlyALaterStepAsksIsKnownFromTheNextReleaseOn() throws Exception {
        ReleaseRecord first = releaseAndAskLater("1", "INFO fine\n");
        assertThat(first.state()).isEqualTo(ReleaseState.ROLLED_BACK);
        assertThat(first.incident().orElseThrow().reason())
                .contains("1 of 2 lines match instead of at most 0, in all of the file", "The next one notes that");

        assertThat(releaseAndAskLater("2", "INFO fine\n").state()).isEqualTo(ReleaseState.SUCCEEDED);
        ReleaseRecord bad = releaseAndAskLater("3", "ERROR broken\n");
        assertThat(bad.state()).isEqualTo(ReleaseState.ROLLED_BACK);
        assertThat(bad.incident().orElseThrow().reason())
                .isEqualTo("smoke test failed: log: 1 of 1 lines match instead of at most 0");
        workshop.with(DESCRIPTION + SMOKE_TEST);
        assertThat(askLive()).as("what came back").isEqualTo("0 of 0 lines match");
    }

    @Test
    void aSlotThatComesBackIsNotToBlameForWhatItsInstanceWroteBefore() throws Exception {
        try (Storefront shop = new Storefront(root, "a", "b")) {
            shop.with(
                    """
                    strategy: blueGreen
                    smokeTest:
                      retries: 0
                      checks: [{log: "@root@/{instance}.log", pattern: ERROR, atMost: 0}]
                    """);
            for (String instance : new String[] {"a", "b"}) {
                Files.writeString(root.resolve(instance + ".log"), "ERROR of long ago\n");
            }
            assertThat(shop.run("one").state()).isEqualTo(ReleaseState.SUCCEEDED);
            assertThat(shop.run("two").state()).isEqualTo(ReleaseState.SUCCEEDED);
            Files.writeString(root.resolve("b.log"), "ERROR an hour later\n", StandardOpenOption.APPEND);
            assertThat(shop.run("three").state()).isEqualTo(ReleaseState.SUCCEEDED);

            ReleaseRecord back = shop.rollback("one");
            assertThat(back.state()).as(back.toString()).isEqualTo(ReleaseState.ROLLED_BACK);
            assertThat(shop.ask("b")).isEqualTo("one");
            assertThat(shop.weights()).containsEntry("a", 0).containsEntry("b", 100);
        }
    }
}
