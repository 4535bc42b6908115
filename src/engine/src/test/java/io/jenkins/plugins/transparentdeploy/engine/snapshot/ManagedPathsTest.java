package io.jenkins.plugins.transparentdeploy.engine.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.ManagedPaths.PlainPath;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ManagedPathsTest {
    @ParameterizedTest
    @CsvSource({
        "logs/**, logs, true",
        "logs/**, logs/a/b.log, true",
        "logs/**, logs2, false",
        "logs/**, a/logs, false",
        "logs/, logs/x, true",
        "/logs/, logs/x, true",
        "data, data, true",
        "data, data/x, true",
        "data, a/data, false",
        "conf/local.properties, conf/local.properties, true",
        "conf/local.properties, conf/localXproperties, false",
        "*.pid, app.pid, true",
        "*.pid, run/app.pid, true",
        "*.pid, app.pid2, false",
        "webapps/*/cache, webapps/shop/cache/x, true",
        "webapps/*/cache, webapps/a/b/cache, false",
        "**/cache/**, cache/x, true",
        "**/cache/**, a/b/cache/x, true",
        "a/**/z, a/z, true",
        "a/**/z, a/b/c/z, true",
        "lo?s/**, logs/x, true",
        "lo?s/**, lo/s/x, false",
    })
    void matches(String pattern, String path, boolean expected) {
        ManagedPaths managed = new ManagedPaths(List.of(), List.of(pattern));

        assertThat(managed.matcher().excludes(path)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/", "**", "*", "../x", "a/../b", "a//b", "./a", "[ab]", "{a,b}", "a\\b"})
    void refusesPatternsThatMeanNothingOrTooMuch(String pattern) {
        assertThatThrownBy(() -> new ManagedPaths(List.of(pattern), List.of()))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("'" + pattern + "'");
    }

    @Test
    void onlyPlainPathsCanBeShared() {
        assertThat(new ManagedPaths(List.of("logs/**", "conf/x.properties"), List.of()).sharedPaths())
                .containsExactly(new PlainPath("logs", true), new PlainPath("conf/x.properties", false));

        assertThatThrownBy(() -> new ManagedPaths(List.of("*.log"), List.of()).sharedPaths())
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("exclude");
    }

    @Test
    void leavesWhatIsNotManagedOutOfAManifest() {
        DirectoryEntry logs = new DirectoryEntry("logs", new FileMode(0755), Owner.UNKNOWN);
        SymlinkEntry inLogs = new SymlinkEntry("logs/latest", "x");
        SymlinkEntry kept = new SymlinkEntry("kept", "y");

        Manifest part =
                new ManagedPaths(List.of("logs/**"), List.of()).managedPart(Manifest.of(List.of(logs, inLogs, kept)));

        assertThat(part.entries()).containsExactly(kept);
    }
}
