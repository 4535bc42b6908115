package io.jenkins.plugins.transparentdeploy.engine.rollback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import io.jenkins.plugins.transparentdeploy.engine.host.CopiedState;
import io.jenkins.plugins.transparentdeploy.engine.host.LocalHost;
import io.jenkins.plugins.transparentdeploy.engine.release.EnvironmentBuilder;
import io.jenkins.plugins.transparentdeploy.engine.release.ManagedEnvironment;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseRequest;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseState;
import io.jenkins.plugins.transparentdeploy.engine.release.StateDirectory;
import io.jenkins.plugins.transparentdeploy.engine.storage.Holder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A state directory on another host than the one whose releases it has. */
class CopiedStateDirectoryTest {
    private static final String ANOTHER = "00000000-0000-4000-8000-000000000002";

    @TempDir
    private Path temporary;

    private Workshop here;
    private Workshop there;

    @BeforeEach
    void release() throws Exception {
        here = workshop("here");
        there = workshop("there");
        for (String version : List.of("one", "two")) {
            try (ManagedEnvironment environment = here.open()) {
                new AutoRollback(environment).run(here.path(version), Workshop.request(version));
            }
        }
    }

    private Workshop workshop(String name) throws IOException {
        Workshop workshop = new Workshop(Files.createDirectory(temporary.resolve(name)))
                .with("target: {directory: '@root@/live'}\nfreezeAfterRollback: false\n");
        Files.createDirectory(workshop.path("live"));
        for (String version : List.of("one", "two", "three")) {
            workshop.write(version, "app", version);
        }
        return workshop;
    }

    private static ReleaseState rollback(Workshop workshop, boolean takeOver, boolean force) throws IOException {
        try (ManagedEnvironment environment = open(workshop, takeOver)) {
            ReleaseRequest request = force ? Workshop.forced("") : Workshop.request("");
            return new Rollback(environment).to("previous", request).state();
        }
    }

    private static ReleaseState deploy(Workshop workshop, boolean takeOver, boolean force) throws IOException {
        try (ManagedEnvironment environment = open(workshop, takeOver)) {
            ReleaseRequest request = force ? Workshop.forced("three") : Workshop.request("three");
            return new AutoRollback(environment)
                    .run(workshop.path("three"), request)
                    .state();
        }
    }

    private static ManagedEnvironment open(Workshop workshop, boolean takeOver) throws IOException {
        StateDirectory state = StateDirectory.open(workshop.path("state"));
        return new EnvironmentBuilder(workshop.definition(), state, LocalHost.open(state.root()))
                .takeOver(takeOver)
                .open(Holder.thisProcess("bob", "test", Clock.systemUTC()));
    }

    private static String live(Workshop workshop) throws IOException {
        return Files.readString(workshop.path("live").resolve("app"));
    }

    private void copyFromAnotherMachine() throws Exception {
        CopiedState.copy(here.path("state"), there.path("state"));
        CopiedState.fromAnotherMachine(there.path("state"));
    }

    @Test
    void aCopyIsRefusedBeforeAnythingIsTouched() throws Exception {
        copyFromAnotherMachine();
        there.write("live", "app", "somebody else's");
        for (boolean force : new boolean[] {false, true}) {
            assertThatThrownBy(() -> rollback(there, false, force))
                    .isInstanceOf(RefusedException.class)
                    .hasMessageContaining(there.path("state") + " is a copy, made on another machine")
                    .hasMessageContaining("--take-over");
            assertThatThrownBy(() -> deploy(there, false, force))
                    .isInstanceOf(RefusedException.class)
                    .hasMessageContaining("is a copy");
        }
        assertThat(live(there)).isEqualTo("somebody else's");
        assertThat(rollback(here, false, false)).as("where it is from").isEqualTo(ReleaseState.ROLLED_BACK);
        assertThat(live(here)).isEqualTo("one");
    }

    /** That the old one is gone is one thing; that there is something else where its content was is another. */
    @Test
    void whoTakesItsPlaceIsToldWhatIsThereAndGoesOnForGood() throws Exception {
        copyFromAnotherMachine();
        there.write("live", "app", "somebody else's");
        assertThatThrownBy(() -> rollback(there, true, false))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("app");
        assertThat(rollback(there, true, true)).isEqualTo(ReleaseState.ROLLED_BACK);
        assertThat(live(there)).isEqualTo("one");
        assertThat(deploy(there, false, true)).as("said once").isEqualTo(ReleaseState.SUCCEEDED);
        assertThat(rollback(there, false, false)).isEqualTo(ReleaseState.ROLLED_BACK);
    }

    @Test
    void aDeploymentTakesItsPlaceToo() throws Exception {
        copyFromAnotherMachine();
        assertThat(deploy(there, true, true)).isEqualTo(ReleaseState.SUCCEEDED);
        assertThat(live(there)).isEqualTo("three");
    }

    @Test
    void aBackupThatIsPutBackOnTheSameMachineIsNoCopy() throws Exception {
        CopiedState.copy(here.path("state"), temporary.resolve("backup"));
        delete(here.path("state"));
        CopiedState.copy(temporary.resolve("backup"), here.path("state"));
        assertThat(rollback(here, false, false)).isEqualTo(ReleaseState.ROLLED_BACK);
    }

    @Test
    void aDiskThatMovesToAnotherMachineIsNoCopyAndIsAtHomeThere() throws Exception {
        CopiedState.fromAnotherMachine(here.path("state"));
        assertThat(rollback(here, false, false)).isEqualTo(ReleaseState.ROLLED_BACK);
        CopiedState.copy(here.path("state"), temporary.resolve("backup"));
        delete(here.path("state"));
        CopiedState.copy(temporary.resolve("backup"), here.path("state"));
        assertThat(deploy(here, false, true)).isEqualTo(ReleaseState.SUCCEEDED);
    }

    @Test
    void whatEarlierVersionsWroteIsAtHomeWhereItIs() throws Exception {
        CopiedState.copy(here.path("state"), there.path("state"));
        Files.delete(there.path("state").resolve("whereabouts.json"));
        assertThat(rollback(there, false, true)).isEqualTo(ReleaseState.ROLLED_BACK);
        assertThat(there.path("state").resolve("whereabouts.json")).exists();
    }

    /** Of a host that got another id, or a copy without the id. */
    @Test
    void releasesOfAnotherHostAreRefusedUntilSomebodyTakesItsPlace() throws Exception {
        Path file = here.path("state").resolve("host-id");
        String own = Files.readString(file);
        Files.writeString(file, ANOTHER);
        for (boolean force : new boolean[] {false, true}) {
            assertThatThrownBy(() -> rollback(here, false, force))
                    .isInstanceOf(RefusedException.class)
                    .hasMessageContaining("ran on the host " + own.strip())
                    .hasMessageContaining("this one is " + ANOTHER)
                    .hasMessageContaining("--take-over");
            assertThatThrownBy(() -> deploy(here, false, force)).isInstanceOf(RefusedException.class);
        }
        assertThat(live(here)).isEqualTo("two");
        Files.writeString(file, own);
        assertThat(deploy(here, false, false)).as("as it was").isEqualTo(ReleaseState.SUCCEEDED);
        Files.writeString(file, ANOTHER);
        assertThat(rollback(here, true, false)).isEqualTo(ReleaseState.ROLLED_BACK);
        assertThat(live(here)).isEqualTo("two");
        assertThat(deploy(here, false, true)).as("said once").isEqualTo(ReleaseState.SUCCEEDED);
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
