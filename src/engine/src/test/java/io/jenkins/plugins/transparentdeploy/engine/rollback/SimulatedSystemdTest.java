package io.jenkins.plugins.transparentdeploy.engine.rollback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import io.jenkins.plugins.transparentdeploy.engine.host.LocalHost;
import io.jenkins.plugins.transparentdeploy.engine.host.ProcessRef;
import io.jenkins.plugins.transparentdeploy.engine.release.ManagedEnvironment;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseRecord;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Instances that are units of systemd. Where tests run, systemd is seldom what started the machine, so a script stands for
 * {@code systemctl}: it starts and ends real processes, and answers as the real one does.
 */
class SimulatedSystemdTest {
    /** A unit whose application says that it is stubborn does not stop by itself; one that crashes is started anew. */
    private static final String SYSTEMCTL =
            """
            #!/bin/sh
            echo "$*" >> @root@/asked
            [ "$1" != --user ] || shift
            verb=$1
            for unit; do :; done
            pid=@root@/$unit.pid
            running() { [ -s "$pid" ] && grep -qs '^State:.[^ZX]' "/proc/$(cat "$pid")/status"; }
            end() { running && kill -"$1" "$(cat "$pid")"; while running; do sleep 0.02; done; rm -f "$pid"; }
            case $verb in
              show)
                [ ! -f @root@/no-bus ] || { echo "Failed to connect to bus"; exit 1; }
                echo "LoadState=$([ -f @root@/not-found ] && echo not-found || echo loaded)"
                echo NeedDaemonReload=no
                if running; then printf 'ActiveState=active\\nSubState=running\\nMainPID=%s\\n' "$(cat "$pid")"
                elif [ -f "$pid" ]; then printf 'ActiveState=activating\\nSubState=auto-restart\\nMainPID=0\\n'
                else printf 'ActiveState=inactive\\nSubState=dead\\nMainPID=0\\n'; fi ;;
              restart)
                ! running || end KILL
                case $(cat @root@/live/app) in
                  crashing) echo > "$pid" ;;
                  *) setsid sleep 98763 < /dev/null > /dev/null 2>&1 & echo $! > "$pid" ;;
                esac ;;
              stop)
                [ ! -f @root@/refuses ] || { echo "Access denied"; exit 1; }
                if [ -f @root@/stubborn ]; then while running; do sleep 0.02; done; else end TERM; fi ;;
              kill) ! running || kill -KILL "$(cat "$pid")" ;;
            esac
            exit 0
            """;

    @TempDir
    private Path temporary;

    private Workshop workshop;

    @BeforeEach
    void aUnit() throws IOException {
        Path systemctl = temporary.resolve("systemctl");
        Files.writeString(systemctl, SYSTEMCTL.replace("@root@", temporary.toString()));
        Files.setPosixFilePermissions(systemctl, PosixFilePermissions.fromString("rwxr-xr-x"));
        workshop = new Workshop(temporary).with(unit("env, " + systemctl));
        workshop.write("v1", "app", "one");
        workshop.write("v2", "app", "two");
        workshop.write("v3", "app", "crashing");
        Files.createDirectories(temporary.resolve("live"));
    }

    private static String unit(String systemctl) {
        return """
                target: {directory: "@root@/live"}
                process: {systemd: "shop@{instance}", scope: user, systemctl: [%s], stopTimeout: 1s}
                """
                .formatted(systemctl);
    }

    @AfterEach
    void end() throws IOException {
        running().flatMap(process -> ProcessHandle.of(process.pid())).ifPresent(ProcessHandle::destroyForcibly);
    }

    private Optional<ProcessRef> running() throws IOException {
        try (ManagedEnvironment environment = workshop.open()) {
            return environment.instances().get(0).process().running();
        }
    }

    /** What was asked for, without what only asks. */
    private List<String> steered() throws IOException {
        return Files.readAllLines(temporary.resolve("asked")).stream()
                .filter(line -> !line.contains("--property"))
                .toList();
    }

    @Test
    void aUnitIsStoppedChangedAndStartedAndItsProcessIsFoundAgain() throws Exception {
        assertThat(workshop.run("v1").state()).isEqualTo(ReleaseState.SUCCEEDED);
        ProcessRef first = running().orElseThrow();
        assertThat(workshop.run("v2").state()).isEqualTo(ReleaseState.SUCCEEDED);
        assertThat(running()).get().isNotEqualTo(first);
        assertThat(LocalHost.open(temporary.resolve("state")).isRunning(first)).isFalse();
        assertThat(steered())
                .containsExactly(
                        "--user stop shop@shop",
                        "--user reset-failed shop@shop",
                        "--user restart shop@shop",
                        "--user stop shop@shop",
                        "--user reset-failed shop@shop",
                        "--user restart shop@shop");
    }

    @Test
    void aUnitThatSystemdStartsOverAndOverIsNotRunningAndIsRolledBack() throws Exception {
        workshop.run("v1");
        ReleaseRecord bad = workshop.run("v3");
        assertThat(bad.state()).isEqualTo(ReleaseState.ROLLED_BACK);
        assertThat(bad.incident().orElseThrow().reason())
                .contains("The process of instance 'shop' ended")
                .contains("journalctl --user --unit=shop@shop");
        assertThat(temporary.resolve("live/app")).hasContent("one");
        assertThat(running()).isPresent();
    }

    @Test
    void aUnitThatDoesNotStopInTimeIsKilled() throws Exception {
        workshop.run("v1");
        ProcessRef first = running().orElseThrow();
        Files.createFile(temporary.resolve("stubborn"));
        assertThat(workshop.run("v2").state()).isEqualTo(ReleaseState.SUCCEEDED);
        assertThat(steered()).contains("--user kill --signal=SIGKILL shop@shop");
        assertThat(running()).get().isNotEqualTo(first);
    }

    /** A user who may only restart the unit gets it restarted; who may not end another unit gets no second one beside it. */
    @Test
    void aUnitThatMayNotBeStoppedIsStartedAnewAndNoOtherInItsPlace() throws Exception {
        workshop.run("v1");
        ProcessRef first = running().orElseThrow();
        Files.createFile(temporary.resolve("refuses"));
        assertThat(workshop.run("v2").state()).isEqualTo(ReleaseState.SUCCEEDED);
        ProcessRef second = running().orElseThrow();
        assertThat(second).isNotEqualTo(first);

        workshop.with(unit("env, " + temporary.resolve("systemctl")).replace("shop@", "stall@"));
        ReleaseRecord refused = workshop.run("v1");
        assertThat(refused.incident().orElseThrow().reason())
                .contains("'shop' was to be stopped and still runs")
                .contains("Access denied");
        assertThat(steered()).noneMatch(line -> line.contains("start stall@"));
        workshop.with(unit("env, " + temporary.resolve("systemctl")));
        assertThat(running()).isPresent();
    }

    @Test
    void thePlanWarnsOfAUnitThatSystemdDoesNotKnow() throws Exception {
        Files.createFile(temporary.resolve("not-found"));
        workshop.run("v1");
        assertThat(workshop.events())
                .anySatisfy(event -> assertThat(event.message()).contains("systemd does not know the unit shop@shop"));
    }

    @Test
    void whereSystemdDoesNotAnswerNothingIsTouched() throws Exception {
        Files.createFile(temporary.resolve("no-bus"));
        assertThatThrownBy(() -> workshop.run("v1"))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("Failed to connect to bus")
                .hasMessageContaining("systemctl show shop@shop");
        assertThat(temporary.resolve("live")).isEmptyDirectory();
        Files.delete(temporary.resolve("no-bus"));
    }
}
