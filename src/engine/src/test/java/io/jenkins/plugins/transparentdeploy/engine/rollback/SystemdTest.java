package io.jenkins.plugins.transparentdeploy.engine.rollback;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.transparentdeploy.engine.host.LocalHost;
import io.jenkins.plugins.transparentdeploy.engine.host.ProcessRef;
import io.jenkins.plugins.transparentdeploy.engine.host.RealSystemd;
import io.jenkins.plugins.transparentdeploy.engine.release.ManagedEnvironment;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseEvent;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseRecord;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Instances that are units of a real systemd. What it never does by itself is {@link SimulatedSystemdTest}'s. */
class SystemdTest {
    /** It runs what is live; who fails is started anew only after an hour, if at all, and is not started twice within one. */
    private static final String UNIT =
            """
            [Unit]
            DefaultDependencies=no
            StartLimitIntervalSec=1h
            StartLimitBurst=1
            [Service]
            ExecStart=/bin/sh %s/live/run
            Restart=%s
            RestartSec=1h
            TimeoutStopSec=10min
            """;

    @TempDir
    private Path temporary;

    private Workshop workshop;
    private Path unit;
    private RealSystemd systemd;

    @BeforeEach
    void aUnit() throws IOException {
        Path units = Files.createDirectory(temporary.resolve("units"));
        unit = Files.writeString(units.resolve("shop@.service"), UNIT.formatted(temporary, "always"));
        Files.writeString(units.resolve("till@.service"), UNIT.formatted(temporary, "no"));
        systemd = RealSystemd.start(units);
        workshop = new Workshop(temporary).with(described("shop@"));
        workshop.write("v1", "run", "exec sleep 98765\n");
        workshop.write("v2", "run", "exec sleep 98766\n");
        // It is never ready, so that it is asked until its process ends.
        workshop.write("crashing", "run", "echo out of stock >&2; exit 7\n");
        workshop.write("stubborn", "run", "trap '' TERM\nwhile :; do sleep 1; done\n");
        Files.createDirectories(temporary.resolve("live"));
    }

    private String described(String name) {
        return """
                target: {directory: "@root@/live"}
                process: {systemd: "%s{instance}", scope: user, systemctl: [env, %s], stopTimeout: 3s}
                ready: {command: [grep, -q, sleep, "@root@/live/run"], timeout: 60s}
                """
                .formatted(name, systemd.systemctl());
    }

    @AfterEach
    void end() {
        if (systemd != null) {
            systemd.close();
        }
    }

    private Optional<ProcessRef> running() throws IOException {
        try (ManagedEnvironment environment = workshop.open()) {
            return environment.instances().get(0).process().running();
        }
    }

    private static String arguments(ProcessRef process) throws IOException {
        return Files.readString(Path.of("/proc/" + process.pid() + "/cmdline"));
    }

    /** A shell execs what it is told to a moment after systemd has started it. */
    private void awaitRunning(String sleep) {
        Awaitility.await()
                .atMost(Duration.ofMinutes(1))
                .until(() -> running().isPresent() && arguments(running().get()).contains(sleep));
    }

    @Test
    void aUnitIsStoppedChangedAndStartedAndItsProcessIsFoundAgain() throws Exception {
        assertThat(workshop.run("v1").state()).isEqualTo(ReleaseState.SUCCEEDED);
        awaitRunning("98765");
        ProcessRef first = running().orElseThrow();
        assertThat(workshop.run("v2").state()).isEqualTo(ReleaseState.SUCCEEDED);
        awaitRunning("98766");
        assertThat(LocalHost.open(temporary.resolve("state")).isRunning(first)).isFalse();
        assertThat(workshop.rollback("previous").state()).isEqualTo(ReleaseState.ROLLED_BACK);
        awaitRunning("98765");
    }

    @ParameterizedTest
    @ValueSource(strings = {"shop@", "till@"})
    void aUnitThatFailsIsNotRunningAndIsRolledBackThoughItWasStartedTooOften(String name) throws Exception {
        workshop.with(described(name));
        workshop.run("v1");
        ReleaseRecord bad = workshop.run("crashing");
        assertThat(bad.state()).as(bad.toString()).isEqualTo(ReleaseState.ROLLED_BACK);
        assertThat(bad.incident().orElseThrow().reason())
                .contains("The process of instance 'shop' ended")
                .contains("journalctl --user --unit=" + name + "shop");
        awaitRunning("98765");
    }

    @Test
    void aUnitThatDoesNotStopInTimeIsKilled() throws Exception {
        workshop.run("stubborn");
        ProcessRef first = running().orElseThrow();
        assertThat(workshop.run("v2").state()).isEqualTo(ReleaseState.SUCCEEDED);
        awaitRunning("98766");
        assertThat(LocalHost.open(temporary.resolve("state")).isRunning(first)).isFalse();
    }

    @Test
    void whatIsWrongWithAUnitIsWarnedOf() throws Exception {
        workshop.run("v1");
        assertThat(warnings()).isEmpty();
        Files.writeString(unit, "# edited\n", StandardOpenOption.APPEND);
        workshop.run("v2");
        assertThat(warnings()).singleElement().asString().contains("shop@shop is newer than what systemd has read");
        systemd.reload();
        workshop.events().clear();
        workshop.run("v1");
        assertThat(warnings()).isEmpty();

        workshop.with(described("stall@"));
        ReleaseRecord refused = workshop.run("v2");
        assertThat(warnings()).anyMatch(warning -> warning.contains("systemd does not know the unit stall@shop"));
        assertThat(refused.state()).as(refused.toString()).isEqualTo(ReleaseState.ROLLED_BACK);
        assertThat(refused.incident().orElseThrow().reason()).contains("systemd could not start stall@shop");
        workshop.with(described("shop@"));
        awaitRunning("98765");
    }

    private List<String> warnings() {
        return workshop.events().stream()
                .filter(event -> event.type() == ReleaseEvent.Type.WARNING)
                .map(ReleaseEvent::message)
                .toList();
    }
}
