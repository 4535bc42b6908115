package io.jenkins.plugins.transparentdeploy.engine.rollback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import io.jenkins.plugins.transparentdeploy.engine.release.ManagedEnvironment;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A service whose directory is in that of another one: what is released to the outer one takes the inner one away. */
class NestedTargetsTest {
    @TempDir
    private Path temporary;

    private Workshop workshop;

    @BeforeEach
    void prepare() throws IOException {
        workshop = new Workshop(temporary);
        workshop.write("artifact", "app", "one");
        Files.createDirectories(temporary.resolve("srv/shared/inner"));
        Files.createDirectories(temporary.resolve("srv/releases/inner"));
    }

    private void release(String environment, String target) throws IOException {
        workshop.named(environment).with("target: {" + target + "}\n");
        try (ManagedEnvironment opened = workshop.open()) {
            assertThat(new AutoRollback(opened)
                            .run(workshop.path("artifact"), Workshop.request("1"))
                            .state())
                    .isEqualTo(ReleaseState.SUCCEEDED);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "directory: '@root@/srv/shared/inner'|directory: '@root@/srv'",
                "directory: '@root@/srv/shared/inner'|directory: '@root@/srv', exclude: ['shared/other']",
                "releases: '@root@/srv/shared/inner'|directory: '@root@/srv'",
                "directory: '@root@/srv/releases/inner'|releases: '@root@/srv'"
            })
    void whicheverComesSecondIsRefused(String inner, String outer) throws IOException {
        Path live = temporary.resolve(inner.contains("/shared") ? "srv/shared/inner" : "srv/releases/inner");
        release("inner", inner);
        assertRefused("outer", outer, "shop/inner");
        assertThat(inner.startsWith("releases") ? live.resolve("current/app") : live.resolve("app"))
                .hasContent("one");
    }

    @Test
    void theInnerOneIsRefusedInWhatTheOuterOneManages() throws IOException {
        release("outer", "directory: '@root@/srv'");
        Files.createDirectories(temporary.resolve("srv/shared/inner"));

        assertRefused("inner", "directory: '@root@/srv/shared/inner'", "shop/outer");
    }

    private void assertRefused(String environment, String target, String other) {
        assertThatThrownBy(() -> release(environment, target))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("to which shop/" + environment + " is to be deployed, lies in that of, or around")
                .hasMessageContaining(other)
                .hasMessageContaining("exclude from each what is the other's");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "directory: '@root@/srv/shared/inner'|directory: '@root@/srv', exclude: ['shared/inner/**']",
                "directory: '@root@/srv/shared/inner'|releases: '@root@/srv'"
            })
    void bothAreWellWhereTheOuterOneLeavesTheInnerOneAlone(String inner, String outer) throws IOException {
        release("inner", inner);
        release("outer", outer);
        release("inner", inner);
        release("outer", outer);
        assertThat(temporary.resolve("srv/shared/inner/app")).hasContent("one");
    }
}
