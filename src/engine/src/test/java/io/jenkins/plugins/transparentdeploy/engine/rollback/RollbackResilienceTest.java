package io.jenkins.plugins.transparentdeploy.engine.rollback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import io.jenkins.plugins.transparentdeploy.engine.host.Host;
import io.jenkins.plugins.transparentdeploy.engine.host.LocalHost;
import io.jenkins.plugins.transparentdeploy.engine.release.EnvironmentBuilder;
import io.jenkins.plugins.transparentdeploy.engine.release.ManagedEnvironment;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseRecord;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseState;
import io.jenkins.plugins.transparentdeploy.engine.release.StateDirectory;
import io.jenkins.plugins.transparentdeploy.engine.storage.Holder;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rollbacks when things are already broken: that is when they are asked for. */
class RollbackResilienceTest {
    private static final String TARGET = "target: {directory: \"@root@/live\"}\n";

    /** Of these tests alone: others may run on this machine at the same time. */
    private static final String OWN = "." + ProcessHandle.current().pid();

    @TempDir
    private Path temporary;

    private Workshop workshop;

    @BeforeEach
    void versions() throws IOException {
        workshop = new Workshop(temporary);
        for (String version : List.of("1", "2", "3")) {
            workshop.write(
                    "v" + version,
                    "app",
                    version,
                    "serve" + version,
                    "#!/bin/sh\nexec sleep 7654" + version + OWN + "\n");
            assertThat(workshop.path("v" + version + "/serve" + version)
                            .toFile()
                            .setExecutable(true))
                    .isTrue();
        }
        Files.createDirectories(workshop.path("live"));
    }

    @AfterEach
    void endProcesses() {
        serving().forEach(ProcessHandle::destroyForcibly);
    }

    private static List<ProcessHandle> serving() {
        return ProcessHandle.allProcesses()
                .filter(process -> process.info()
                        .arguments()
                        .filter(arguments ->
                                arguments.length == 1 && arguments[0].matches("7654[123]" + Pattern.quote(OWN)))
                        .isPresent())
                .toList();
    }

    private static List<String> served() {
        return serving().stream()
                .map(process -> process.info().arguments().orElseThrow()[0].substring(4, 5))
                .toList();
    }

    private Workshop serving(String version, String more) {
        return workshop.with(TARGET + "process: {run: [./serve" + version + "], stopTimeout: 1s}\n" + more);
    }

    private ReleaseRecord run(String version) throws IOException {
        try (ManagedEnvironment environment = workshop.open()) {
            return new AutoRollback(environment).run(workshop.path("v" + version), Workshop.request(version));
        }
    }

    private ReleaseRecord rollback() throws IOException {
        try (ManagedEnvironment environment = workshop.open()) {
            return new Rollback(environment).to("previous", Workshop.request(""));
        }
    }

    private static String failingUnless(String version) {
        return "smokeTest: {retries: 0, checks: [{command: [grep, -q, '" + version + "', \"@root@/live/app\"]}]}\n";
    }

    @Test
    void whatComesBackIsStartedAsItsOwnReleaseSays() throws Exception {
        serving("1", "");
        assertThat(run("1").state()).isEqualTo(ReleaseState.SUCCEEDED);
        serving("2", failingUnless("never"));
        ReleaseRecord bad = run("2");
        assertThat(bad.state()).as(bad.toString()).isEqualTo(ReleaseState.ROLLED_BACK);
        assertThat(served()).containsExactly("1");
    }

    @Test
    void whatIsReleasedAgainOnPurposeIsGoodAgain() throws Exception {
        serving("1", "");
        run("1");
        serving("2", "");
        run("2");
        rollback();
        assertThat(served()).containsExactly("1");
        workshop.unfreeze();
        assertThat(run("2").state()).isEqualTo(ReleaseState.SUCCEEDED);
        serving("1", "");
        assertThat(run("1").state()).isEqualTo(ReleaseState.SUCCEEDED);
        rollback();
        assertThat(served()).containsExactly("2");
    }

    @Test
    void aRollbackStartsWhatIsThereButDoesNotRun() throws Exception {
        serving("1", "");
        run("1");
        serving("2", "");
        run("2");
        endProcesses();
        ReleaseRecord record = rollback();
        assertThat(record.state()).as(record.toString()).isEqualTo(ReleaseState.ROLLED_BACK);
        assertThat(served()).containsExactly("1");
    }

    @Test
    void aFailedRollbackIsAskedForAgainAndMeansTheSame() throws Exception {
        Path gate = workshop.path("gate");
        Files.createFile(gate);
        serving("1", "smokeTest: {retries: 0, checks: [{command: [test, -e, \"" + gate + "\"]}]}\n");
        run("1");
        run2And3();
        Files.delete(gate);
        assertThat(rollback().state()).isEqualTo(ReleaseState.ROLLED_BACK);
        assertThat(rollback().state()).as("1 is asked by its own smoke test").isEqualTo(ReleaseState.ROLLBACK_FAILED);
        Files.createFile(gate);
        ReleaseRecord again = rollback();
        assertThat(again.version()).isEqualTo("1");
        assertThat(again.state()).as(again.toString()).isEqualTo(ReleaseState.ROLLED_BACK);
        assertThat(served()).containsExactly("1");
    }

    private void run2And3() throws IOException {
        serving("2", "");
        run("2");
        serving("3", "");
        run("3");
    }

    @Test
    void aStopCommandThatFailsDoesNotKeepTheGoodReleaseFromComingBack() throws Exception {
        workshop.with(TARGET + "process: {start: [\"true\"], stop: [\"@root@/live/stop\"]}\n");
        assertThat(run("1").state())
                .as("there is no stop command before the first release")
                .isEqualTo(ReleaseState.SUCCEEDED);
        run("2");
        assertThat(rollback().state()).isEqualTo(ReleaseState.ROLLED_BACK);
    }

    /** What it has read long ago must not be asked whether the new release is ready. */
    @Test
    void aProcessThatCannotBeStoppedIsNotTakenForWhatWasToBeStarted() throws Exception {
        serving("1", "");
        run("1");
        serving("2", "");
        try (ManagedEnvironment environment = openWhereNothingCanBeStopped()) {
            ReleaseRecord record = new AutoRollback(environment).run(workshop.path("v2"), Workshop.request("2"));
            assertThat(record.state()).as(record.toString()).isEqualTo(ReleaseState.ROLLBACK_FAILED);
            assertThat(record.incident().orElseThrow().reason())
                    .contains("'shop' was to be stopped and still runs", "may not be signalled");
        }
        assertThat(served()).containsExactly("1");
        assertThat(workshop.path("live/app")).hasContent("1");

        assertThat(rollback().state()).isEqualTo(ReleaseState.ROLLED_BACK);
        workshop.unfreeze();
        assertThat(run("2").state()).isEqualTo(ReleaseState.SUCCEEDED);
        try (ManagedEnvironment environment = openWhereNothingCanBeStopped()) {
            assertThat(new Rollback(environment)
                            .to("previous", Workshop.request(""))
                            .state())
                    .as("what comes back must really run")
                    .isEqualTo(ReleaseState.ROLLBACK_FAILED);
        }
        assertThat(served()).containsExactly("2");
    }

    private ManagedEnvironment openWhereNothingCanBeStopped() throws IOException {
        StateDirectory state = StateDirectory.open(workshop.path("state"));
        Host host = LocalHost.open(state.root());
        Host stubborn = (Host) Proxy.newProxyInstance(
                Host.class.getClassLoader(), new Class<?>[] {Host.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("stop")) {
                        throw new IOException("it may not be signalled");
                    }
                    try {
                        return method.invoke(host, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
        return new EnvironmentBuilder(workshop.definition(), state, stubborn)
                .open(Holder.thisProcess("alice", "test", Clock.systemUTC()));
    }

    @Test
    void anInstanceThatDoesNotComeBackLeavesTheOthersServing() throws Exception {
        for (String instance : List.of("a", "b")) {
            Files.createDirectories(workshop.path("live/" + instance));
        }
        workshop.with(
                """
                target: {directory: "@root@/live/{instance}"}
                instances: {a: {}, b: {}}
                process: {run: [sh, -c, "test ! -e @root@/broken-{instance} && exec ./serve1"], stopTimeout: 1s}
                """);
        run("1");
        Files.createFile(workshop.path("broken-a"));
        try (ManagedEnvironment environment = workshop.open()) {
            ReleaseRecord record = new Rollback(environment)
                    .to(environment.history().ids().get(0).value(), Workshop.request(""));
            assertThat(record.state()).isEqualTo(ReleaseState.ROLLBACK_FAILED);
            assertThat(record.states().get(record.states().size() - 1).reason())
                    .contains("'a'")
                    .doesNotContain("'b'");
            assertThat(environment.instance("b").process().isRunning()).isTrue();
        }
    }

    @Test
    void aProcessThatEndsAtOnceIsNoRelease() throws Exception {
        workshop.with(TARGET + "process: {run: [sleep, '0.2']}\n");
        assertThat(run("1").state()).isEqualTo(ReleaseState.ROLLED_BACK);
    }

    @Test
    void aServiceDoesNotInheritWhatTheDeployerHas() throws Exception {
        workshop.with(TARGET + "process: {run: [sh, -c, 'env > \"@root@/seen\"; exec sleep 76541" + OWN
                + "'], environment: {OWN: x}}\n");
        run("1");
        assertThat(Files.readAllLines(workshop.path("seen")))
                .contains("OWN=x")
                .anyMatch(line -> line.startsWith("PATH="))
                .noneMatch(line -> line.startsWith("TDEPLOY_TEST_SECRET="));
        assertThat(System.getenv("TDEPLOY_TEST_SECRET")).as("set by the build").isNotNull();
    }

    @Test
    void secretsOfAnEnvironmentFileAreInNoRecordWhateverSaysThem() throws Exception {
        workshop.write("", "secrets", "DB_PASSWORD=hunter22\n");
        workshop.with(
                TARGET
                        + """
                process: {start: [sh, -c, "echo $DB_PASSWORD; false"], stop: ["true"], environmentFile: "@root@/secrets"}
                """);
        assertThat(run("1").reasonOfState()).contains("ended with exit code 1: ***");
        workshop.unfreeze();
        workshop.with(
                TARGET
                        + """
                process: {start: ["true"], stop: ["true"], environmentFile: "@root@/secrets"}
                smokeTest: {retries: 0, checks: [{command: [sh, -c, "cat @root@/secrets; false"], name: prints it}]}
                """);
        ReleaseRecord record = run("2");
        assertThat(record.smokeTest().orElseThrow().results().get(0).received()).contains("DB_PASSWORD=***");
        try (Stream<Path> files = Files.walk(workshop.path("state/services"))) {
            assertThat(files.filter(Files::isRegularFile))
                    .isNotEmpty()
                    .allSatisfy(file -> assertThat(Files.readString(file)).doesNotContain("hunter22"));
        }
        assertThat(workshop.events()).noneMatch(event -> event.toString().contains("hunter22"));
    }

    @Test
    void namesThatLeadOutOfTheStateDirectoryAreRefused() throws Exception {
        StateDirectory state = StateDirectory.open(workshop.path("state"));
        assertThatThrownBy(() -> state.environment("../../../evil", "production"))
                .isInstanceOf(RefusedException.class);
        assertThatThrownBy(() -> state.environment("shop", "..")).isInstanceOf(RefusedException.class);
    }
}
