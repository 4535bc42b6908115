package io.jenkins.plugins.transparentdeploy.engine.rollback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import io.jenkins.plugins.transparentdeploy.engine.host.CopiedState;
import io.jenkins.plugins.transparentdeploy.engine.release.ManagedEnvironment;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseRecord;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseState;
import io.jenkins.plugins.transparentdeploy.engine.storage.ChildJvm;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who deploys to a fleet of real SSH servers: one that is killed, and a second one. */
class FleetControllersTest {
    private static final Map<String, String> ONE = Map.of("web1", "one", "web2", "one", "web3", "one");

    @TempDir
    Path root;

    @TempDir
    Path elsewhere;

    private Fleet fleet;

    @BeforeEach
    void release() throws Exception {
        fleet = new Fleet(root, 3).with("strategy: {rolling: {batch: 2}}\n");
        fleet.workshop().write("v2", "app", "two");
        fleet.run("one");
    }

    @AfterEach
    void close() throws Exception {
        fleet.close();
    }

    @Test
    void aReleaseWhoseControllerIsKilledIsTakenBackByWhoeverComesNext() throws Exception {
        int killed = 0;
        for (int record : List.of(5, 9, 14, 20, 26)) {
            Process child =
                    ChildJvm.start(CrashingRelease.class, List.of(root.toString(), "deploy", Integer.toString(record)));
            String said = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            child.waitFor();
            assertThat(said).as("killed at record %d", record).isEmpty();
            killed++;
            try (ManagedEnvironment environment = fleet.workshop().open()) {
                ReleaseRecord recovered = new Recovery(environment).recover().orElseThrow();
                assertThat(recovered.state())
                        .as("killed at record %d: %s", record, recovered.reasonOfState())
                        .isIn(ReleaseState.ROLLED_BACK, ReleaseState.ABANDONED);
            }
            assertThat(fleet.versions()).as("killed at record %d", record).isEqualTo(ONE);
            assertThat(fleet.serving()).as("killed at record %d", record).containsExactly("web1", "web2", "web3");
            assertThat(fleet.converge().changed())
                    .as("killed at record %d", record)
                    .isEmpty();
            fleet.workshop().unfreeze();
        }
        assertThat(killed).isEqualTo(5);
    }

    @Test
    void recordsAreReadWhileEveryHostIsDown() throws Exception {
        fleet.crash("web1");
        fleet.crash("web2");
        fleet.crash("web3");
        try (ManagedEnvironment environment = fleet.workshop().look()) {
            assertThat(environment.history().live().orElseThrow().version()).isEqualTo("one");
        }
        assertThatThrownBy(() -> fleet.run("two"))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("3 of the hosts");
        fleet.boot("web1");
        fleet.boot("web2");
        fleet.boot("web3");
        assertThat(fleet.converge().changed()).containsExactly("web1", "web2", "web3");
        assertThat(fleet.versions()).isEqualTo(ONE);
    }

    /** Its hosts know it by its id, which was copied, too. */
    @Test
    void aCopyOfAControllerIsRefusedUntilItTakesItsPlace() throws Exception {
        CopiedState.copy(root.resolve("state"), elsewhere.resolve("state"));
        CopiedState.fromAnotherMachine(elsewhere.resolve("state"));
        assertThatThrownBy(() -> fleet.runFrom(elsewhere, "v2", false))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("is a copy, made on another machine");
        assertThat(fleet.versions()).isEqualTo(ONE);
        assertThat(fleet.runFrom(elsewhere, "v2", true).state()).isEqualTo(ReleaseState.SUCCEEDED);
        assertThat(fleet.versions()).containsEntry("web1", "two").containsEntry("web3", "two");
    }

    @Test
    void aSecondControllerIsRefusedUntilItTakesOver() throws Exception {
        assertThatThrownBy(() -> fleet.runFrom(elsewhere, "v2", false))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining(root.resolve("state").toString());
        assertThat(fleet.versions()).isEqualTo(ONE);

        ReleaseRecord two = fleet.runFrom(elsewhere, "v2", true);
        assertThat(two.state()).as(two.reasonOfState()).isEqualTo(ReleaseState.SUCCEEDED);
        assertThat(fleet.versions().values()).containsOnly("two");

        assertThatThrownBy(() -> fleet.run("three"))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining(elsewhere.resolve("state").toString());
        assertThat(fleet.versions().values()).containsOnly("two");
    }
}
