package io.jenkins.plugins.transparentdeploy.engine.rollback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.transparentdeploy.engine.CorruptStateException;
import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import io.jenkins.plugins.transparentdeploy.engine.release.AbortRequest;
import io.jenkins.plugins.transparentdeploy.engine.release.ManagedEnvironment;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseKind;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseRecord;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseState;
import io.jenkins.plugins.transparentdeploy.engine.release.StateChange;
import io.jenkins.plugins.transparentdeploy.engine.release.StateDirectory;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.ContentId;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.StoreDamage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AutoRollbackTest {
    private static final String DIRECTORY =
            """
            target: {directory: "@root@/live", exclude: ["*.log"]}
            """;

    /** Passes as long as the live application does not say that it is bad. */
    private static final String CHECKED = DIRECTORY
            + """
            smokeTest:
              checks:
                - command: [sh, -c, "! grep -q bad @root@/live/app"]
                  name: not bad
              retries: 0
            """;

    @TempDir
    private Path temporary;

    private Workshop workshop;

    @BeforeEach
    void twoVersions() throws IOException {
        workshop = new Workshop(temporary).with(CHECKED);
        workshop.write("v1", "app", "one", "lib/a", "a");
        workshop.write("v2", "app", "two", "lib/b", "b");
        workshop.write("bad", "app", "bad", "lib/b", "b");
        Files.createDirectories(workshop.path("live"));
    }

    private ReleaseRecord run(String version) throws IOException {
        String directory = version.matches("\\d") ? "v" + version : version;
        try (ManagedEnvironment environment = workshop.open()) {
            return new AutoRollback(environment).run(workshop.path(directory), Workshop.request(version));
        }
    }

    private String app() throws IOException {
        return Files.readString(workshop.path("live/app"));
    }

    @Test
    void aGoodReleaseGoesDownTheWholeRow() throws Exception {
        ReleaseRecord record = run("1");
        assertThat(record.states().stream().map(StateChange::state))
                .containsExactly(
                        ReleaseState.PREPARED,
                        ReleaseState.SNAPSHOTTED,
                        ReleaseState.DEPLOYING,
                        ReleaseState.VERIFYING,
                        ReleaseState.SUCCEEDED);
        assertThat(app()).isEqualTo("one");
        assertThat(record.smokeTest().orElseThrow().passed()).isTrue();
        assertThat(record.delta().created()).isPositive();
    }

    @Test
    void aFailingSmokeTestBringsBackWhatWasThereAndFillsTheTimeline() throws Exception {
        run("1");
        ReleaseRecord record = run("bad");
        assertThat(record.state()).isEqualTo(ReleaseState.ROLLED_BACK);
        assertThat(app()).isEqualTo("one");
        assertThat(workshop.path("live/lib/b")).doesNotExist();
        assertThat(record.incident().orElseThrow().reason())
                .contains("smoke test failed")
                .contains("not bad");
        assertThat(record.incident().orElseThrow().verified()).isPresent();
        assertThat(record.incident().orElseThrow().recoveryTime()).isPresent();
        try (ManagedEnvironment environment = workshop.open()) {
            assertThat(environment.history().live().orElseThrow().version()).isEqualTo("1");
        }
    }

    @Test
    void aFirstReleaseThatIsBadLeavesNothingBehindAndNothingRunning() throws Exception {
        workshop.with(CHECKED + "process: {run: [sleep, \"98765\"], stopTimeout: 1s}\n");
        ReleaseRecord record = run("bad");
        assertThat(record.state()).as(record.toString()).isEqualTo(ReleaseState.ROLLED_BACK);
        assertThat(workshop.path("live")).isEmptyDirectory();
        try (ManagedEnvironment environment = workshop.open()) {
            assertThat(environment.instances().get(0).process().isRunning()).isFalse();
        }
    }

    @Test
    void whatWasLiveBeforeTheFirstReleaseIsAdoptedAndComesBack() throws Exception {
        workshop.write("live", "app", "by hand", "noise.log", "not ours");
        run("1");
        assertThat(app()).isEqualTo("one");
        ReleaseRecord record = workshop.rollback("previous");
        assertThat(record.state()).isEqualTo(ReleaseState.ROLLED_BACK);
        assertThat(app()).isEqualTo("by hand");
        assertThat(workshop.path("live/noise.log")).hasContent("not ours");
        try (ManagedEnvironment environment = workshop.open()) {
            assertThat(environment.history().newest(10).stream().map(ReleaseRecord::kind))
                    .containsExactly(ReleaseKind.ROLLBACK, ReleaseKind.DEPLOYMENT, ReleaseKind.ADOPTION);
        }
    }

    @Test
    void anAdoptionThatWasInterruptedIsDoneAgain() throws Exception {
        workshop.write("live", "app", "by hand");
        Set<String> states = new HashSet<>();
        assertThatThrownBy(() -> {
                    try (ManagedEnvironment environment = workshop.open(journaled -> {
                        if (journaled.toString().contains("SNAPSHOTTED") && states.add("SNAPSHOTTED")) {
                            throw new IllegalStateException("the process ends here");
                        }
                    })) {
                        new AutoRollback(environment).run(workshop.path("v1"), Workshop.request("1"));
                    }
                })
                .hasMessageContaining("ends here");
        run("1");
        workshop.rollback("previous");
        assertThat(app()).isEqualTo("by hand");
    }

    @Test
    void previousSkipsReleasesThatWereRolledBack() throws Exception {
        workshop.write("v3", "app", "three");
        run("1");
        run("2");
        workshop.rollback("previous");
        assertThat(app()).isEqualTo("one");
        workshop.unfreeze();
        run("3");
        ReleaseRecord record = workshop.rollback("previous");
        assertThat(app()).isEqualTo("one");
        assertThat(record.version()).isEqualTo("1");
        assertThat(workshop.rollback("3").state())
                .as("known bad, but asked for by name")
                .isEqualTo(ReleaseState.ROLLED_BACK);
        assertThat(app()).isEqualTo("three");
    }

    @Test
    void aReloadCommandRunsAfterTheFilesAreThereForwardAndBack() throws Exception {
        workshop.with(DIRECTORY + "process: {reload: [cp, \"@root@/live/app\", \"@root@/reloaded\"]}\n");
        run("1");
        assertThat(workshop.path("reloaded")).hasContent("one");
        run("2");
        assertThat(workshop.path("reloaded")).hasContent("two");
        workshop.rollback("previous");
        assertThat(workshop.path("reloaded")).hasContent("one");
    }

    @Test
    void nothingToRollBackToIsRefused() {
        assertThatThrownBy(() -> workshop.rollback("previous"))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("There is no earlier good release")
                .hasMessageContaining("tdeploy history");
        assertThatThrownBy(() -> workshop.rollback("nonsense"))
                .hasMessageContaining("no release or rollback point 'nonsense'");
        assertThatThrownBy(() -> workshop.rollback("../../etc")).isInstanceOf(RefusedException.class);
    }

    @Test
    void aSecondDeploymentIsRefusedWhileOneIsHeld() throws Exception {
        try (ManagedEnvironment environment = workshop.open()) {
            ReleaseRecord held = new AutoRollback(environment).deploy(workshop.path("v1"), Workshop.request("1"), true);
            assertThat(held.state()).isEqualTo(ReleaseState.VERIFYING);
        }
        assertThatThrownBy(() -> run("2"))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("is still being verified for alice")
                .hasMessageContaining("tdeploy rollback");
        try (ManagedEnvironment environment = workshop.open()) {
            assertThat(new AutoRollback(environment).smokeTest().passed()).isTrue();
            assertThat(new AutoRollback(environment).complete().state()).isEqualTo(ReleaseState.SUCCEEDED);
        }
        assertThat(app()).isEqualTo("one");
    }

    @Test
    void aSecondProcessIsRefusedAndToldWhoHoldsTheLock() throws Exception {
        try (ManagedEnvironment first = workshop.open()) {
            assertThat(first.instances()).hasSize(1);
            assertThatThrownBy(() -> workshop.open())
                    .isInstanceOf(RefusedException.class)
                    .hasMessageContaining("alice");
        }
        workshop.open().close();
    }

    @Test
    void aHeldReleaseIsGivenUpByARollback() throws Exception {
        run("1");
        try (ManagedEnvironment environment = workshop.open()) {
            new AutoRollback(environment).deploy(workshop.path("v2"), Workshop.request("2"), true);
        }
        ReleaseRecord record = workshop.rollback("previous");
        assertThat(record.kind()).isEqualTo(ReleaseKind.DEPLOYMENT);
        assertThat(record.state()).isEqualTo(ReleaseState.ROLLED_BACK);
        assertThat(app()).isEqualTo("one");
    }

    @Test
    void changesByHandAreShownAndRefusedAndWhenForcedSnapshottedFirst() throws Exception {
        run("1");
        run("2");
        workshop.write("live", "lib/b", "edited at 3 a.m.");
        assertThatThrownBy(() -> workshop.rollback("previous"))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("lib/b")
                .hasMessageContaining("force");
        assertThat(workshop.path("live/lib/b")).hasContent("edited at 3 a.m.");
        ReleaseRecord record;
        try (ManagedEnvironment environment = workshop.open()) {
            record = new Rollback(environment).to("previous", Workshop.forced(""));
        }
        assertThat(app()).isEqualTo("one");
        try (ManagedEnvironment environment = workshop.open()) {
            new Rollback(environment).to(record.before().orElseThrow().value(), Workshop.request(""));
        }
        assertThat(workshop.path("live/lib/b")).hasContent("edited at 3 a.m.");
    }

    @Test
    void aCorruptObjectIsRefusedBeforeAnythingIsTouched() throws Exception {
        run("1");
        run("2");
        corruptEveryObjectOf("v1");
        assertThatThrownBy(() -> workshop.rollback("previous"))
                .isInstanceOf(CorruptStateException.class)
                .hasMessageContaining("bundles");
        assertThat(app()).isEqualTo("two");
        try (ManagedEnvironment environment = workshop.open()) {
            assertThat(environment.history().newest(1).get(0).version()).isEqualTo("2");
        }
    }

    private void corruptEveryObjectOf(String directory) throws Exception {
        ContentId id = ContentId.of(Files.readAllBytes(workshop.path(directory).resolve("app")));
        StoreDamage.corrupt(workshop.path("state/store"), id);
    }

    @Test
    void aBrokenJournalIsRefusedWithItsFirstBadRecord() throws Exception {
        run("1");
        Path journal = workshop.path("state/services/shop/test/journal");
        try (Stream<Path> files = Files.list(journal)) {
            Path segment = files.filter(file -> file.toString().endsWith(".jsonl"))
                    .findFirst()
                    .orElseThrow();
            Files.writeString(segment, Files.readString(segment).replaceFirst("SUCCEEDED", "SUCCEEDEK"));
        }
        assertThatThrownBy(() -> run("2"))
                .isInstanceOf(CorruptStateException.class)
                .hasMessageContaining(journal.toString());
        assertThat(app()).isEqualTo("one");
    }

    @Test
    void anAbortRollsBack() throws Exception {
        run("1");
        workshop.with(
                DIRECTORY
                        + """
                process: {run: [sleep, "98765"], stopTimeout: 1s}
                ready: {command: [grep, -q, one, "@root@/live/app"], timeout: 60s}
                """);
        StateDirectory state = StateDirectory.open(workshop.path("state"));
        ReleaseRecord record;
        try (ManagedEnvironment environment = workshop.open(journaled -> {
            if (journaled.toString().contains("StartInstance")) {
                leave(state);
            }
        })) {
            record = new AutoRollback(environment).deploy(workshop.path("v2"), Workshop.request("2"), false);
        }
        assertThat(record.state()).as(record.toString()).isEqualTo(ReleaseState.ROLLED_BACK);
        assertThat(record.incident().orElseThrow().reason()).contains("aborted by alice: enough");
        assertThat(app()).isEqualTo("one");
        stopInstances();
    }

    private static void leave(StateDirectory state) {
        try {
            new AbortRequest(Workshop.ALICE, "enough").leaveIn(state.environment("shop", "test"));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private void stopInstances() {
        ProcessHandle.allProcesses()
                .filter(process -> process.info()
                        .arguments()
                        .map(List::of)
                        .filter(arguments -> arguments.equals(List.of("98765")))
                        .isPresent())
                .forEach(ProcessHandle::destroy);
    }
}
