package io.jenkins.plugins.transparentdeploy.engine.rollback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import io.jenkins.plugins.transparentdeploy.engine.host.LocalHost;
import io.jenkins.plugins.transparentdeploy.engine.host.ssh.CuttingProxy;
import io.jenkins.plugins.transparentdeploy.engine.host.ssh.OpenSshServer;
import io.jenkins.plugins.transparentdeploy.engine.release.EnvironmentBuilder;
import io.jenkins.plugins.transparentdeploy.engine.release.ManagedEnvironment;
import io.jenkins.plugins.transparentdeploy.engine.release.Plan;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseEvent;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseRecord;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseState;
import io.jenkins.plugins.transparentdeploy.engine.release.StateDirectory;
import io.jenkins.plugins.transparentdeploy.engine.storage.Holder;
import io.jenkins.plugins.transparentdeploy.engine.storage.SmallDisk;
import io.jenkins.plugins.transparentdeploy.engine.target.served.ServiceMain;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What can be wrong with a host that answers, and with the line to it: a real SSH server. */
class HostFaultsTest {
    @TempDir
    Path root;

    private OpenSshServer server;
    private Workshop workshop;
    private Path home;
    private Path jar;

    @BeforeEach
    void start() throws Exception {
        home = Files.createDirectories(root.resolve("home"));
        server = OpenSshServer.start(Files.createDirectories(root.resolve("sshd")), "SetEnv HOME=" + home);
        jar = ServiceMain.jar(root.resolve("program.jar"));
        workshop = new Workshop(root);
        workshop.write("one", "app", "one");
        workshop.write("two", "app", "two");
        Files.createDirectories(root.resolve("srv/shop"));
    }

    @AfterEach
    void stop() {
        server.close();
    }

    /** @param hosts the mapping of names to hosts; {@code @port@} stands for the server's port */
    private void describe(String hosts, String java, Path knownHosts, String rest) {
        workshop.with(
                """
                hosts: {%s}
                ssh: {key: {file: "%s"}, agent: false, knownHosts: "%s", java: %s}
                freezeAfterRollback: false
                %s
                """
                        .formatted(
                                hosts.replace("@port@", Integer.toString(server.port())),
                                server.userKey(),
                                knownHosts,
                                java,
                                rest));
    }

    private ManagedEnvironment open() throws IOException {
        StateDirectory state = StateDirectory.open(root.resolve("state"));
        return new EnvironmentBuilder(workshop.definition(), state, LocalHost.open(state.root()))
                .program(jar)
                .listener(workshop.events()::add)
                .open(Holder.thisProcess("test", "test", Clock.systemUTC()));
    }

    private ReleaseRecord run(String version) throws IOException {
        try (ManagedEnvironment environment = open()) {
            return new AutoRollback(environment).run(workshop.path(version), Workshop.request(version));
        }
    }

    private static final String ONE_HOST = "web1: {address: 127.0.0.1, port: @port@}";

    @Test
    void twoNamesForOneDirectoryAreRefusedAndTwoForOneMachineAreWarnedOf() throws Exception {
        String two = ONE_HOST + ", web2: {address: 127.0.0.1, port: @port@}";
        describe(two, "auto", server.knownHosts(), "target: {releases: \"%s/srv/shop\"}".formatted(root));
        assertThatThrownBy(() -> run("one"))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("web1 on web1 and web2 on web2 are the same directory of the same machine")
                .hasMessageContaining("'address' or 'port'");
        assertThat(root.resolve("srv/shop")).isEmptyDirectory();

        Files.createDirectories(root.resolve("srv/web1"));
        Files.createDirectories(root.resolve("srv/web2"));
        describe(two, "auto", server.knownHosts(), "target: {releases: \"%s/srv/{host}\"}".formatted(root));
        try (ManagedEnvironment environment = open()) {
            assertThat(Plan.make(environment, workshop.path("one"), false).warnings())
                    .containsExactly("web1 and web2 are the same machine: when one is down, both are");
        }
    }

    @Test
    void anotherMachineUnderTheSameNameIsToldAndBroughtToTheLiveReleaseByConverge() throws Exception {
        describe(ONE_HOST, "auto", server.knownHosts(), "target: {releases: \"%s/srv/shop\"}".formatted(root));
        assertThat(run("one").state()).isEqualTo(ReleaseState.SUCCEEDED);
        // Its key has been copied to a new machine: who it is, and what it has, have not.
        Files.move(home.resolve(".transparent-deploy"), root.resolve("the old machine"));
        Files.move(root.resolve("srv/shop"), root.resolve("the old directory"));
        Files.createDirectory(root.resolve("srv/shop"));
        workshop.events().clear();

        try (ManagedEnvironment environment = open()) {
            assertThat(new Converging(environment).converge(false).changed()).containsExactly("web1");
        }

        assertThat(workshop.events())
                .extracting(ReleaseEvent::message)
                .anyMatch(message -> message.contains("web1 is another machine than the one that the live release"));
        assertThat(root.resolve("srv/shop/current/app")).hasContent("one");
        workshop.events().clear();
        assertThat(run("two").state()).isEqualTo(ReleaseState.SUCCEEDED);
        assertThat(workshop.events())
                .extracting(ReleaseEvent::message)
                .as("said once")
                .noneMatch(message -> message.contains("another machine"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"never", "always"})
    void aProgramThatCannotBeStartedThereIsWarnedOfAndTheReleaseThatNeedsItGoesBack(String java) throws Exception {
        try (SmallDisk disk = SmallDisk.over(root.resolve("srv"), 16_384)) {
            Files.createDirectory(root.resolve("srv/shop"));
            String target = "target: {releases: \"%s/srv/shop\"}\n".formatted(root);
            for (String version : new String[] {"one", "two"}) {
                Path program = workshop.write(version, "bin/run", "#!/bin/sh\nexec sleep 300\n")
                        .resolve("bin/run");
                Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
            }
            describe(ONE_HOST, java, server.knownHosts(), target);
            assertThat(run("one").state()).isEqualTo(ReleaseState.SUCCEEDED);
            assertThat(workshop.events()).extracting(ReleaseEvent::message).noneMatch(said -> said.contains("noexec"));

            disk.remount("noexec");
            describe(
                    ONE_HOST,
                    java,
                    server.knownHosts(),
                    target
                            + "process: {run: [\"{directory}/bin/run\"], stopTimeout: 2s}\n"
                            + "ready: {command: [\"false\"], timeout: 60s}");
            ReleaseRecord two = run("two");
            assertThat(workshop.events())
                    .extracting(ReleaseEvent::message)
                    .anyMatch(said -> said.contains("mounted noexec") && said.contains("mount it with exec"));
            assertThat(two.state()).as(two.reasonOfState()).isEqualTo(ReleaseState.ROLLED_BACK);
            assertThat(two.incident().orElseThrow().reason())
                    .contains("web1")
                    .containsIgnoringCase("permission denied");
            assertThat(root.resolve("srv/shop/current/app")).hasContent("one");
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1_000, 4_000, 8_000, 12_000, 16_000, 20_000, 25_000, 40_000, 60_000, 90_000})
    void aLineThatIsCutAnywhereLeavesTheOldOrTheNewReleaseAndARecordThatSaysWhich(long bytes) throws Exception {
        try (CuttingProxy proxy = new CuttingProxy(server.port())) {
            Path known = Files.writeString(root.resolve("known"), server.knownHost(proxy.port()) + "\n");
            describe(
                    ONE_HOST.replace("@port@", Integer.toString(proxy.port())),
                    "never",
                    known,
                    "target: {releases: \"%s/srv/shop\"}".formatted(root));
            assertThat(run("one").state()).isEqualTo(ReleaseState.SUCCEEDED);
            byte[] large = new byte[60_000];
            new Random(bytes).nextBytes(large);
            Files.write(workshop.path("two").resolve("large"), large);
            proxy.cutAfter(bytes);

            String recorded = recorded("two");

            String live = Files.readString(root.resolve("srv/shop/current/app"));
            assertThat(recorded).as("what the record says is what is there").isIn(live, "failed: " + live);
            proxy.cutAfter(Long.MAX_VALUE);
            if (!recorded.equals("two")) {
                assertThat(run("two").state()).isEqualTo(ReleaseState.SUCCEEDED);
            }
            try (ManagedEnvironment environment = open()) {
                assertThat(new Converging(environment).converge(false).isComplete())
                        .isTrue();
            }
            assertThat(root.resolve("srv/shop/current/app")).hasContent("two");
        }
    }

    /** What is live by the record; of a rollback that failed, what it was to bring back. */
    private String recorded(String version) throws IOException {
        try {
            ReleaseRecord record = run(version);
            return switch (record.state()) {
                case SUCCEEDED -> version;
                case ROLLED_BACK, ABANDONED -> "one";
                default -> "failed: " + Files.readString(root.resolve("srv/shop/current/app"));
            };
        } catch (RefusedException | IOException e) {
            // Nothing was begun.
            assertThat(e.getMessage()).contains("web1");
            return "one";
        }
    }
}
