package io.jenkins.plugins.transparentdeploy.engine.rollback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import io.jenkins.plugins.transparentdeploy.engine.release.ManagedEnvironment;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseRecord;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A release must not take away what is known of all releases: journal, records, and the way back. */
class OwnStateTest {
    @TempDir
    private Path temporary;

    @TempDir
    private Path artifacts;

    private Path home;
    private Workshop workshop;

    @BeforeEach
    void prepare() throws IOException {
        home = Files.createDirectory(temporary.resolve("home"));
        workshop = new Workshop(home);
        Files.writeString(home.resolve("of somebody"), "kept");
        for (String version : new String[] {"1", "2"}) {
            Files.writeString(Files.createDirectory(artifacts.resolve(version)).resolve("app"), version);
        }
    }

    private ReleaseRecord release(String version) throws IOException {
        try (ManagedEnvironment environment = workshop.open()) {
            return new AutoRollback(environment).run(artifacts.resolve(version), Workshop.request(version));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "directory: '@root@'",
                "directory: '@root@/../home'",
                "directory: '@root@', exclude: ['elsewhere/**']",
                "directory: '@root@/state'",
                "directory: '@root@/state', exclude: ['services/**']",
                "directory: '@root@/state/services'",
                "directory: '@root@/state/services/shop/test/releases'",
                "releases: '@root@/state/runs/app'"
            })
    void aTargetAroundOrInTheStateDirectoryIsRefused(String target) throws IOException {
        workshop.with("target: {" + target + "}\n");
        Files.createDirectories(
                workshop.definition().instances().get(0).target().root());
        assertThatThrownBy(() -> release("1"))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining(home.resolve("state").toString());
        assertThat(home.resolve("of somebody")).hasContent("kept");
        assertThat(home.resolve("app")).doesNotExist();
    }

    @Test
    void soIsOneThatALinkLeadsInto() throws IOException {
        Path inside = Files.createDirectories(home.resolve("live/hidden"));
        Files.createSymbolicLink(home.resolve("state"), inside);
        workshop.with("target: {directory: '@root@/live'}\n");

        assertThatThrownBy(() -> release("1"))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("is inside " + home.resolve("live"));
    }

    @Test
    void aLinkToTheStateDirectoryIsAsGoodAsTheDirectory() throws IOException {
        Path larger = Files.createDirectories(temporary.resolve("larger disk/state"));
        Files.createSymbolicLink(home.resolve("state"), larger);
        Files.createDirectory(home.resolve("live"));
        workshop.with("target: {directory: '@root@/live'}\n");

        assertThat(release("1").state()).isEqualTo(ReleaseState.SUCCEEDED);
        assertThat(release("2").state()).isEqualTo(ReleaseState.SUCCEEDED);

        assertThat(larger.resolve("services/shop/test/releases")).isDirectory();
    }

    @Test
    void aStateDirectoryThatIsNotManagedSurvivesReleasesAndRollbacks() throws IOException {
        workshop.with("target: {directory: '@root@', exclude: ['state/**']}\nfreezeAfterRollback: false\n");
        assertThat(release("1").state()).isEqualTo(ReleaseState.SUCCEEDED);
        assertThat(release("2").state()).isEqualTo(ReleaseState.SUCCEEDED);

        try (ManagedEnvironment environment = workshop.open()) {
            assertThat(new Rollback(environment)
                            .to("previous", Workshop.request(""))
                            .state())
                    .isEqualTo(ReleaseState.ROLLED_BACK);
        }

        assertThat(home.resolve("app")).hasContent("1");
    }

    @Test
    void itMayBeBesideTheReleasesInTheirTarget() throws IOException {
        workshop.with("target: {releases: '@root@'}\n");

        assertThat(release("1").state()).isEqualTo(ReleaseState.SUCCEEDED);
        assertThat(release("2").state()).isEqualTo(ReleaseState.SUCCEEDED);
    }
}
