package io.jenkins.plugins.transparentdeploy.engine.rollback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import io.jenkins.plugins.transparentdeploy.engine.release.ManagedEnvironment;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseRecord;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseRequest;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseState;
import io.jenkins.plugins.transparentdeploy.engine.release.RollbackPoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nobody knows what is live then; a deployment must not take that for something to go back to. */
class AfterFailedRollbackTest {
    @TempDir
    private Path temporary;

    private Workshop workshop;

    /** 1 is good. 2 fails its smoke test, and what is restored fails it too, as long as there is no gate. */
    @BeforeEach
    void aRollbackThatFailed() throws IOException {
        workshop = new Workshop(temporary)
                .with(
                        """
                        target: {directory: "@root@/live"}
                        smokeTest: {retries: 0, checks: [{command: [test, -e, "@root@/gate"]}]}
                        """);
        for (String version : new String[] {"1", "2", "3"}) {
            workshop.write("v" + version, "app", version);
        }
        Files.createDirectories(workshop.path("live"));
        Files.createFile(workshop.path("gate"));
        assertThat(run(Workshop.request("1")).state()).isEqualTo(ReleaseState.SUCCEEDED);
        Files.delete(workshop.path("gate"));
        assertThat(run(Workshop.request("2")).state()).isEqualTo(ReleaseState.ROLLBACK_FAILED);
        workshop.unfreeze();
        workshop.write("live", "app", "half");
    }

    private ReleaseRecord run(ReleaseRequest request) throws IOException {
        try (ManagedEnvironment environment = workshop.open()) {
            return new AutoRollback(environment).run(workshop.path("v" + request.version()), request);
        }
    }

    @Test
    void aDeploymentIsRefusedWithTheWayOut() throws Exception {
        assertThatThrownBy(() -> run(Workshop.request("3")))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("The last rollback of shop/test to 1 failed")
                .hasMessageContaining("tdeploy rollback")
                .hasMessageContaining("--force");
        assertThat(workshop.path("live/app")).hasContent("half");
    }

    @Test
    void oneThatIsForcedGoesBackToWhatTheRollbackOwed() throws Exception {
        ReleaseRecord third = run(Workshop.forced("3"));
        assertThat(third.state()).as("there is no gate").isEqualTo(ReleaseState.ROLLBACK_FAILED);
        assertThat(workshop.path("live/app")).as("not the half state").hasContent("1");
    }

    @Test
    void theHalfStateIsKeptAndASecondAttemptStillOwesTheSame() throws Exception {
        run(Workshop.forced("3"));
        workshop.unfreeze();
        Files.createFile(workshop.path("gate"));
        ReleaseRecord again = run(Workshop.forced("3"));
        assertThat(again.state()).isEqualTo(ReleaseState.SUCCEEDED);
        try (ManagedEnvironment environment = workshop.open()) {
            RollbackPoint owed = environment
                    .history()
                    .rollbackPoint(again.before().orElseThrow())
                    .orElseThrow();
            ReleaseRecord first =
                    environment.history().find(owed.release().orElseThrow()).orElseThrow();
            assertThat(first.version()).isEqualTo("1");
            assertThat(Workshop.contentRoots(owed.instances())).isEqualTo(Workshop.contentRoots(first.instances()));
            assertThat(workshop.events())
                    .anyMatch(event -> event.message().contains("what is there now is kept as rollback point"));
        }
    }

    @Test
    void whatARollbackToARollbackPointOwesIsThatPoint() throws Exception {
        Files.createFile(workshop.path("gate"));
        try (ManagedEnvironment environment = workshop.open()) {
            new Rollback(environment).to("previous", Workshop.forced(""));
        }
        workshop.unfreeze();
        ReleaseRecord third = run(Workshop.request("3"));
        Files.delete(workshop.path("gate"));
        try (ManagedEnvironment environment = workshop.open()) {
            ReleaseRecord failed =
                    new Rollback(environment).to(third.before().orElseThrow().value(), Workshop.request(""));
            assertThat(failed.state()).isEqualTo(ReleaseState.ROLLBACK_FAILED);
            assertThat(Workshop.contentRoots(
                            environment.history().restorable("previous").instances()))
                    .isEqualTo(Workshop.contentRoots(environment
                            .history()
                            .rollbackPoint(third.before().orElseThrow())
                            .orElseThrow()
                            .instances()));
        }
    }

    @Test
    void aRollbackThatSucceedsClearsTheWay() throws Exception {
        Files.createFile(workshop.path("gate"));
        try (ManagedEnvironment environment = workshop.open()) {
            assertThat(new Rollback(environment)
                            .to("previous", Workshop.forced(""))
                            .version())
                    .isEqualTo("1");
        }
        workshop.unfreeze();
        assertThat(run(Workshop.request("3")).state()).isEqualTo(ReleaseState.SUCCEEDED);
    }
}
