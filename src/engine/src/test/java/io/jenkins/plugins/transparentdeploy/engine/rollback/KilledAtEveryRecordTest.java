package io.jenkins.plugins.transparentdeploy.engine.rollback;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.transparentdeploy.engine.release.Drifts;
import io.jenkins.plugins.transparentdeploy.engine.release.ManagedEnvironment;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseRecord;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * {@code kill -9} of the engine's JVM after each record of its journal, intents included, during a deployment and
 * during a rollback. Whoever opens the environment next finds it at the old or at the new state, proven by content
 * root, and files that are not managed as they were.
 */
class KilledAtEveryRecordTest {
    @TempDir
    private Path temporary;

    @ParameterizedTest
    @CsvSource({
        "directory,deploy,false",
        "directory,rollback,false",
        "releases,deploy,false",
        "releases,rollback,false",
        "directory,deploy,true",
        "directory,rollback,true",
        "directory,deploy,hooks",
        "directory,rollback,hooks"
    })
    void theManagedPathsAreAtTheOldOrAtTheNewState(String target, String act, String more) throws Exception {
        boolean process = more.equals("true");
        boolean hooks = more.equals("hooks");
        int killed = 0;
        for (int record = 1; ; record++) {
            Path root = Files.createDirectory(temporary.resolve(target + act + record));
            // Of this test alone: others may run on this machine at the same time.
            String sleep = "8765" + record + "." + ProcessHandle.current().pid();
            Workshop workshop = prepare(root, target, process ? sleep : "");
            Map<String, String> first = release(workshop, "1");
            if (hooks) {
                addHooks(root, workshop);
            }
            if (act.equals("rollback")) {
                release(workshop, "2");
            }
            Map<String, String> before = workshop.contentRoots();
            Map<String, String> unmanaged = unmanaged(workshop, target);
            boolean finished = CrashingRelease.run(root, act, Integer.toString(record));
            ReleaseRecord last = recover(workshop);
            Map<String, String> now = workshop.contentRoots();
            if (act.equals("rollback")) {
                // Once begun it is finished; killed before that, it has not happened.
                assertThat(now).as("killed at record %d", record).isIn(first, before);
                if (last.states().stream().anyMatch(change -> change.state() == ReleaseState.ROLLING_BACK)) {
                    assertThat(now).as("killed at record %d", record).isEqualTo(first);
                }
            } else if (finished) {
                assertThat(now).isNotEqualTo(first);
            } else {
                assertThat(now)
                        .as("killed at record %d, now %s", record, last.state())
                        .isEqualTo(
                                last.state() == ReleaseState.SUCCEEDED
                                                && last.version().equals("2")
                                        ? Workshop.contentRoots(last.instances())
                                        : first);
            }
            if (hooks) {
                // What a hook made is there when the new files are, and gone when the old ones are.
                assertThat(Files.exists(root.resolve("migrated")))
                        .as("migrated, killed at record %d, now %s", record, last.state())
                        .isEqualTo(!now.equals(first));
                assertThat(Files.exists(root.resolve("warmed"))).isEqualTo(!now.equals(first));
            }
            assertThat(unmanaged(workshop, target)).isEqualTo(unmanaged);
            if (process) {
                assertThat(endProcesses(sleep))
                        .as("processes running, killed at record %d", record)
                        .isEqualTo(1);
            }
            if (finished) {
                break;
            }
            killed++;
        }
        assertThat(killed).as("records at which it was killed").isGreaterThan(5);
    }

    /** Ends the instance's processes; returns how many there were. */
    private static long endProcesses(String sleep) {
        List<ProcessHandle> processes = ProcessHandle.allProcesses()
                .filter(handle -> handle.info()
                        .arguments()
                        .filter(arguments -> List.of(arguments).equals(List.of(sleep)))
                        .isPresent())
                .toList();
        processes.forEach(ProcessHandle::destroyForcibly);
        return processes.size();
    }

    private static Workshop prepare(Path root, String target, String sleep) throws IOException {
        String yaml =
                """
                target:
                  %s: @root@/live
                  shared: ["logs/**"]
                  exclude: ["*.pid"]
                """
                                .formatted(target)
                        + (sleep.isEmpty() ? "" : "process: {run: [sleep, '" + sleep + "'], stopTimeout: 1s}\n");
        Files.writeString(root.resolve("environment.yaml"), yaml);
        Workshop workshop = new Workshop(root).with(yaml);
        workshop.write(
                "v1", "app.jar", "one", "conf/a.properties", "a=1", "conf/gone.properties", "x", "lib/l.jar", "l");
        workshop.write(
                "v2", "app.jar", "two", "conf/a.properties", "a=2", "conf/new/b.properties", "b", "lib/l.jar", "l");
        Files.createDirectories(root.resolve("live"));
        return workshop;
    }

    /** From the second release on. Each can be run twice, as it may have to be. */
    private static void addHooks(Path root, Workshop workshop) throws IOException {
        String yaml = Files.readString(root.resolve("environment.yaml"))
                + """
                hooks:
                  beforeDeploy:
                    - {name: migrate, command: [touch, "@root@/migrated"], undo: [rm, -f, "@root@/migrated"]}
                  afterDeploy:
                    - {name: warm, command: [touch, "@root@/warmed"], undo: [rm, -f, "@root@/warmed"]}
                """;
        Files.writeString(root.resolve("environment.yaml"), yaml);
        workshop.with(yaml);
    }

    private static Map<String, String> release(Workshop workshop, String version) throws IOException {
        try (ManagedEnvironment environment = workshop.open()) {
            ReleaseRecord record = new AutoRollback(environment)
                    .deploy(workshop.path("v" + version), Workshop.request(version), false);
            assertThat(record.state()).isEqualTo(ReleaseState.SUCCEEDED);
            if (version.equals("1")) {
                Path live = environment.instances().get(0).definition().target().live();
                Files.createDirectories(live.resolve("logs"));
                Files.writeString(live.resolve("logs/access.log"), "a line");
                Files.writeString(live.resolve("app.pid"), "42");
            }
            return Workshop.contentRoots(record.instances());
        }
    }

    private static Map<String, String> unmanaged(Workshop workshop, String target) throws IOException {
        Path live = workshop.path("live");
        return target.equals("directory")
                ? Map.of(
                        "log", Files.readString(live.resolve("logs/access.log")),
                        "pid", Files.readString(live.resolve("app.pid")))
                : Map.of("log", Files.readString(live.resolve("current/logs/access.log")));
    }

    private static ReleaseRecord recover(Workshop workshop) throws IOException {
        try (ManagedEnvironment environment = workshop.open()) {
            new Recovery(environment).recover();
            assertThat(Drifts.find(environment))
                    .as("what the history says is what is live")
                    .isEmpty();
            Optional<ReleaseRecord> live = environment.history().live();
            assertThat(Workshop.contentRoots(environment.capture()))
                    .isEqualTo(Workshop.contentRoots(live.orElseThrow().instances()));
            return environment.history().newest(1).get(0);
        }
    }
}
