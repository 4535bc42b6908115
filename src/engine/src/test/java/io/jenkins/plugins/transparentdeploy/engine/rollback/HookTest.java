package io.jenkins.plugins.transparentdeploy.engine.rollback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import io.jenkins.plugins.transparentdeploy.engine.journal.JournalFiles;
import io.jenkins.plugins.transparentdeploy.engine.journal.Operation;
import io.jenkins.plugins.transparentdeploy.engine.journal.Reversibility;
import io.jenkins.plugins.transparentdeploy.engine.release.Insistence;
import io.jenkins.plugins.transparentdeploy.engine.release.ManagedEnvironment;
import io.jenkins.plugins.transparentdeploy.engine.release.Plan;
import io.jenkins.plugins.transparentdeploy.engine.release.PlannedHook;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseRecord;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseRequest;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each hook writes what it does, and what is live then, to one file: the order is what counts. */
class HookTest {
    private static final String TARGET = "target: {directory: \"@root@/live\"}\nfreezeAfterRollback: false\n";
    private static final String NOT_BAD =
            "smokeTest: {retries: 0, checks: [{command: [sh, -c, '! grep -q bad \"@root@/live/app\"']}]}\n";

    @TempDir
    private Path temporary;

    private Workshop workshop;

    @BeforeEach
    void versions() throws IOException {
        workshop = new Workshop(temporary);
        for (String version : List.of("1", "2", "3", "bad")) {
            workshop.write(version, "app", version);
        }
        Files.createDirectories(workshop.path("live"));
        workshop.with(TARGET + NOT_BAD);
        run("1");
    }

    private static String hooks(String version) {
        return """
                hooks:
                  beforeDeploy:
                    - {name: migrate, shell: '%s', undo: {shell: '%s'}}
                  afterDeploy:
                    - {name: warm, shell: '%s', undo: {shell: '%s'}}
                    - {name: tell, shell: '%s', undo: none-needed}
                  beforeRollback:
                    - {name: quiet, shell: '%s'}
                  afterRollback:
                    - {name: loud, shell: '%s'}
                """
                .formatted(
                        says("migrate-" + version),
                        says("back-" + version),
                        says("warm-" + version),
                        says("cool-" + version),
                        says("tell-" + version),
                        says("quiet-" + version),
                        says("loud-" + version));
    }

    private static String says(String what) {
        return "echo " + what + " at $(cat \"@root@/live/app\") >> \"@root@/said\"";
    }

    private ReleaseRecord run(String version, Insistence... insistences) throws IOException {
        try (ManagedEnvironment environment = workshop.open()) {
            return new AutoRollback(environment).run(workshop.path(version), request(version, insistences));
        }
    }

    private ReleaseRecord rollback(String to, Insistence... insistences) throws IOException {
        try (ManagedEnvironment environment = workshop.open()) {
            return new Rollback(environment).to(to, request("", insistences));
        }
    }

    private static ReleaseRequest request(String version, Insistence... insistences) {
        return new ReleaseRequest(
                version, Optional.empty(), Workshop.ALICE, Optional.of("a reason"), Set.of(insistences));
    }

    private List<String> said() throws IOException {
        Path file = workshop.path("said");
        List<String> said = Files.exists(file) ? Files.readAllLines(file) : List.of();
        Files.deleteIfExists(file);
        return said;
    }

    @Test
    void theyRunAroundTheFilesForwardAndInReverseOnTheWayBack() throws Exception {
        workshop.with(TARGET + NOT_BAD + hooks("bad"));
        ReleaseRecord record = run("bad");
        assertThat(record.state()).as(record.toString()).isEqualTo(ReleaseState.ROLLED_BACK);
        assertThat(said())
                .containsExactly(
                        "migrate-bad at 1",
                        "warm-bad at bad",
                        "tell-bad at bad",
                        "quiet-bad at bad",
                        "cool-bad at bad",
                        "back-bad at 1");
    }

    @Test
    void aRollbackByHandTakesBackWhatItsReleaseDidAsThatWasDescribed() throws Exception {
        workshop.with(TARGET + hooks("2"));
        run("2");
        said();
        workshop.with(TARGET + "hooks: {afterRollback: [{name: other, command: ['false']}]}\n");
        try (ManagedEnvironment live = workshop.open()) {
            assertThat(live.journal().commands().inEffect())
                    .extracting(Operation.RunCommand::name)
                    .containsExactly("beforeDeploy/migrate", "afterDeploy/warm");
        }
        assertThat(rollback("previous").state()).isEqualTo(ReleaseState.ROLLED_BACK);
        assertThat(said()).containsExactly("cool-2 at 2", "back-2 at 1");
    }

    @Test
    void goingBackAcrossTwoReleasesAndForwardAgain() throws Exception {
        workshop.with(TARGET + hooks("2"));
        run("2");
        workshop.with(TARGET + hooks("3"));
        run("3");
        said();
        rollback("1");
        assertThat(said()).containsExactly("quiet-3 at 3", "cool-3 at 3", "back-3 at 1", "cool-2 at 1", "back-2 at 1");
        rollback("3");
        assertThat(said())
                .filteredOn(line -> !line.startsWith("quiet") && !line.startsWith("loud"))
                .containsExactly("migrate-2 at 1", "warm-2 at 1", "migrate-3 at 1", "warm-3 at 3");
        rollback("2");
        assertThat(said())
                .filteredOn(line -> !line.startsWith("quiet") && !line.startsWith("loud"))
                .containsExactly("cool-3 at 3", "back-3 at 2");
    }

    @Test
    void oneThatFailsEndsTheReleaseAndIsTakenBackForItMayHaveDoneSome() throws Exception {
        workshop.with(
                TARGET
                        + """
                hooks:
                  beforeDeploy:
                    - {name: half, shell: 'touch "@root@/half"; echo no >&2; exit 7', undo: [rm, "@root@/half"]}
                    - {name: never, shell: 'touch "@root@/never"', undo: none-needed}
                """);
        ReleaseRecord record = run("2");
        assertThat(record.state()).isEqualTo(ReleaseState.ROLLED_BACK);
        assertThat(record.incident().orElseThrow().reason())
                .contains("beforeDeploy/half ended with exit code 7")
                .contains("no");
        assertThat(workshop.path("half")).doesNotExist();
        assertThat(workshop.path("never")).doesNotExist();
        assertThat(workshop.path("live/app")).hasContent("1");
    }

    @Test
    void oneThatTakesTooLongIsKilledWithWhatItStarted() throws Exception {
        // Of this test alone: others may run on this machine at the same time.
        String sleep = "7654." + ProcessHandle.current().pid();
        workshop.with(TARGET
                + """
                hooks:
                  beforeDeploy:
                    - {name: slow, shell: 'sleep %s & wait', undo: none-needed, timeout: 300ms}
                """
                        .formatted(sleep));
        assertThat(run("2").incident().orElseThrow().reason()).contains("was killed");
        assertThat(ProcessHandle.allProcesses().filter(process -> process.info()
                        .arguments()
                        .filter(arguments -> List.of(arguments).contains(sleep))
                        .isPresent()))
                .isEmpty();
    }

    @Test
    void whatCannotBeTakenBackStopsTheAutomaticRollbackAndIsCrossedOnlyWhenAccepted() throws Exception {
        workshop.with(TARGET + NOT_BAD
                + "hooks: {beforeDeploy: [{name: drop, shell: 'touch @root@/dropped', oneWay: true}]}\n");
        ReleaseRecord bad = run("bad");
        assertThat(bad.state()).isEqualTo(ReleaseState.ROLLBACK_FAILED);
        assertThat(bad.reasonOfState())
                .contains("not rolled back, for 'beforeDeploy/drop'")
                .contains("cannot be taken back");
        assertThat(workshop.path("live/app")).hasContent("bad");

        assertThatThrownBy(() -> rollback("previous"))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("beforeDeploy/drop")
                .hasMessageContaining("--accept-one-way");
        ReleaseRecord back = rollback("previous", Insistence.ONE_WAY);
        assertThat(back.state()).isEqualTo(ReleaseState.ROLLED_BACK);
        assertThat(back.insistences()).containsExactly(Insistence.ONE_WAY);
        assertThat(workshop.path("live/app")).hasContent("1");

        workshop.with(TARGET);
        run("2");
        assertThat(rollback("previous").state())
                .as("1 was live with it, so it is not crossed again")
                .isEqualTo(ReleaseState.ROLLED_BACK);
    }

    @Test
    void whoeverAcceptedItBeforehandIsRolledBackByItself() throws Exception {
        workshop.with(TARGET + NOT_BAD + "hooks: {beforeDeploy: [{name: drop, command: ['true'], oneWay: true}]}\n");
        assertThat(run("bad", Insistence.ONE_WAY).state()).isEqualTo(ReleaseState.ROLLED_BACK);
        assertThat(workshop.path("live/app")).hasContent("1");
    }

    @Test
    void aHeldReleaseIsGivenUpAcrossItOnlyWhenAccepted() throws Exception {
        workshop.with(TARGET + "hooks: {beforeDeploy: [{name: drop, command: ['true'], oneWay: true}]}\n");
        try (ManagedEnvironment environment = workshop.open()) {
            new AutoRollback(environment).deploy(workshop.path("2"), request("2"), true);
        }
        assertThatThrownBy(() -> rollback("previous")).hasMessageContaining("--accept-one-way");
        ReleaseRecord given = rollback("previous", Insistence.ONE_WAY);
        assertThat(given.version()).isEqualTo("2");
        assertThat(given.state()).isEqualTo(ReleaseState.ROLLED_BACK);
    }

    @Test
    void oneThatCannotBeTakenBackAfterAllLeavesTheFilesBackAndThePersonInformed() throws Exception {
        workshop.with(TARGET + NOT_BAD
                + "hooks: {beforeDeploy: [{name: half, command: ['true'], undo: [test, -e, '@root@/gate']}]}\n");
        ReleaseRecord bad = run("bad");
        assertThat(bad.state()).isEqualTo(ReleaseState.ROLLBACK_FAILED);
        assertThat(bad.reasonOfState())
                .contains("the files are back, but a hook is not")
                .contains("beforeDeploy/half");
        assertThat(workshop.path("live/app")).hasContent("1");
        Files.createFile(workshop.path("gate"));
        assertThat(rollback("previous").state())
                .as("again, once that is mended")
                .isEqualTo(ReleaseState.ROLLED_BACK);
        try (ManagedEnvironment environment = workshop.open()) {
            assertThat(environment.journal().commands().inEffect()).isEmpty();
        }
    }

    @Test
    void theyGetSecretsFromAFileAndNobodyElseDoes() throws Exception {
        workshop.write("", "secrets", "DB_PASSWORD=hunter22\n");
        workshop.with(
                TARGET
                        + """
                hooks:
                  beforeDeploy:
                    - name: migrate
                      shell: 'echo "$DB_PASSWORD $RELEASE_VERSION $RELEASE_PREVIOUS_VERSION"; test -z "$TDEPLOY_TEST_SECRET"'
                      environmentFile: "@root@/secrets"
                      undo: none-needed
                """);
        ReleaseRecord record = run("2");
        assertThat(record.state()).as(record.toString()).isEqualTo(ReleaseState.SUCCEEDED);
        assertThat(workshop.events()).anyMatch(event -> event.message().contains("it said:\n*** 2 1"));
        try (Stream<Path> files = Files.walk(workshop.path("state/services"))) {
            assertThat(files.filter(Files::isRegularFile))
                    .allSatisfy(file -> assertThat(Files.readString(file)).doesNotContain("hunter22"));
        }
        assertThat(JournalFiles.records(
                        workshop.path("state/services/shop/test/journal"),
                        record.id().value()))
                .anyMatch(entry -> entry.toString().contains("RunCommand[instance=, name=beforeDeploy/migrate"));
    }

    @Test
    void thePlanShowsThemWithThePointOfNoReturn() throws Exception {
        workshop.with(TARGET + hooks("2").replace("undo: {shell: '" + says("back-2") + "'}", "oneWay: true"));
        try (ManagedEnvironment environment = workshop.open()) {
            assertThat(Plan.make(environment, workshop.path("2"), false).hooks())
                    .containsExactly(
                            new PlannedHook("beforeDeploy/migrate", Reversibility.ONE_WAY),
                            new PlannedHook("afterDeploy/warm", Reversibility.COMPENSABLE),
                            new PlannedHook("afterDeploy/tell", Reversibility.REVERSIBLE));
        }
        assertThat(said()).isEmpty();
    }
}
