package io.jenkins.plugins.transparentdeploy.engine.rollback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import io.jenkins.plugins.transparentdeploy.engine.host.LocalHost;
import io.jenkins.plugins.transparentdeploy.engine.host.ssh.CuttingProxy;
import io.jenkins.plugins.transparentdeploy.engine.host.ssh.OpenSshServer;
import io.jenkins.plugins.transparentdeploy.engine.release.EnvironmentBuilder;
import io.jenkins.plugins.transparentdeploy.engine.release.ManagedEnvironment;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseRecord;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseState;
import io.jenkins.plugins.transparentdeploy.engine.release.StateDirectory;
import io.jenkins.plugins.transparentdeploy.engine.storage.Holder;
import io.jenkins.plugins.transparentdeploy.engine.target.served.ServiceMain;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A directory on a real SSH server that is changed in place by this program, which is brought there for it. */
class ServedHostTest {
    @TempDir
    Path root;

    private OpenSshServer server;
    private Workshop workshop;
    private Path live;
    private Path home;
    private Path jar;

    @BeforeEach
    void start() throws Exception {
        home = Files.createDirectories(root.resolve("home"));
        live = Files.createDirectories(root.resolve("srv"));
        server = OpenSshServer.start(Files.createDirectories(root.resolve("sshd")), "SetEnv HOME=" + home);
        jar = ServiceMain.jar(root.resolve("program.jar"));
        workshop = new Workshop(root);
        workshop.write("one", "app", "one");
        workshop.write("two", "app", "two");
        describe(server.port(), server.knownHosts(), "");
    }

    private void describe(int port, Path knownHosts, String more) throws IOException {
        describe(port, knownHosts, more, "");
    }

    private void describe(int port, Path knownHosts, String more, String further) throws IOException {
        workshop.with(
                """
                hosts: {web1: {address: 127.0.0.1, port: %d}}
                ssh: {key: {file: "%s"}, agent: false, knownHosts: "%s"%s}
                target: {directory: "%s", exclude: ["logs/**"]}
                """
                                .formatted(port, server.userKey(), knownHosts, more, live)
                        + further);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private ManagedEnvironment open() throws IOException {
        StateDirectory state = StateDirectory.open(root.resolve("state"));
        return new EnvironmentBuilder(workshop.definition(), state, LocalHost.open(state.root()))
                .program(jar)
                .open(Holder.thisProcess("test", "test", Clock.systemUTC()));
    }

    private ReleaseRecord run(String version) throws IOException {
        try (ManagedEnvironment environment = open()) {
            return new AutoRollback(environment).run(workshop.path(version), Workshop.request(version));
        }
    }

    @Test
    void aReleaseAndARollbackInPlace() throws Exception {
        Files.createDirectories(live.resolve("logs"));
        Files.writeString(live.resolve("logs/app.log"), "precious");

        ReleaseRecord one = run("one");
        ReleaseRecord two = run("two");
        assertThat(two.state()).as(two.reasonOfState()).isEqualTo(ReleaseState.SUCCEEDED);
        assertThat(live.resolve("app")).hasContent("two");
        assertThat(two.convergence().orElseThrow().complete()).isTrue();

        ReleaseRecord back;
        try (ManagedEnvironment environment = open()) {
            back = new Rollback(environment).to("previous", Workshop.request(""));
        }

        assertThat(back.state()).as(back.reasonOfState()).isEqualTo(ReleaseState.ROLLED_BACK);
        assertThat(back.version()).isEqualTo(one.version());
        assertThat(live.resolve("app")).hasContent("one");
        assertThat(live.resolve("logs/app.log")).hasContent("precious");
        try (Stream<Path> programs = Files.list(home.resolve(".transparent-deploy/lib"))) {
            assertThat(programs).as("brought once").hasSize(1);
        }
    }

    @Test
    void theConnectionMayBreakInTheMiddle() throws Exception {
        try (CuttingProxy proxy = new CuttingProxy(server.port())) {
            Path known = Files.writeString(root.resolve("known"), server.knownHost(proxy.port()) + "\n");
            describe(proxy.port(), known, "");
            run("one");
            proxy.cutAfter(12_000);

            ReleaseRecord two = run("two");

            assertThat(two.state()).as(two.reasonOfState()).isEqualTo(ReleaseState.SUCCEEDED);
            assertThat(live.resolve("app")).hasContent("two");
        }
    }

    @Test
    void theHostsStoreKeepsWhatTheServiceFileKeepsAndIsSentWhatItLacks() throws Exception {
        long ofOne = 0;
        for (int number = 1; number <= 6; number++) {
            byte[] content = new byte[300_000];
            new Random(number).nextBytes(content);
            String version = "v" + number;
            Files.write(Files.createDirectories(workshop.path(version)).resolve("large"), content);
            if (number == 3) {
                ofOne = stored() / 2;
                describe(server.port(), server.knownHosts(), "", "retention: {releases: 1}\n");
            }
            ReleaseRecord record = run(version);
            assertThat(record.state()).as(record.reasonOfState()).isEqualTo(ReleaseState.SUCCEEDED);
        }
        assertThat(stored()).as("of what is live, and what was before it").isLessThan(3 * ofOne);

        ReleaseRecord back;
        try (ManagedEnvironment environment = open()) {
            back = new Rollback(environment).to("v1", Workshop.request(""));
        }
        assertThat(back.state()).as(back.reasonOfState()).isEqualTo(ReleaseState.ROLLED_BACK);
        assertThat(live.resolve("large")).hasSameBinaryContentAs(workshop.path("v1/large"));
    }

    /** Bytes in the store of the host. */
    private long stored() throws IOException {
        try (Stream<Path> files = Files.walk(home.resolve(".transparent-deploy/store/bundles"))) {
            return files.filter(Files::isRegularFile)
                    .mapToLong(file -> file.toFile().length())
                    .sum();
        }
    }

    /** As faketime gives it to the program there; what changed is told by size, times and inode all the same. */
    @ParameterizedTest
    @ValueSource(strings = {"+6h", "-6h"})
    void aClockThatIsHoursWrongHidesNoChange(String offset) throws Exception {
        Path faketime = Path.of("/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1");
        assumeTrue(Files.exists(faketime), "Debian's faketime is not installed");
        server.close();
        server.start("SetEnv HOME=" + home + " LD_PRELOAD=" + faketime + " FAKETIME=" + offset
                + " NO_FAKE_STAT=1 DONT_FAKE_MONOTONIC=1");
        assertThat(run("one").state()).isEqualTo(ReleaseState.SUCCEEDED);
        Files.writeString(live.resolve("app"), "eno");
        assertThatThrownBy(() -> run("two"))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("app");
        Files.writeString(live.resolve("app"), "one");

        ReleaseRecord two = run("two");

        assertThat(two.state()).as(two.reasonOfState()).isEqualTo(ReleaseState.SUCCEEDED);
        assertThat(live.resolve("app")).hasContent("two");
        assertThat(two.convergence().orElseThrow().complete()).isTrue();
    }

    @Test
    void whatSomebodyElseChangedIsNotOverwritten() throws Exception {
        run("one");
        Files.writeString(live.resolve("app"), "by hand");

        assertThatThrownBy(() -> run("two"))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("app");
        assertThat(live.resolve("app")).hasContent("by hand");
    }

    @Test
    void aMissingDirectoryIsRefusedWithTheNameOfTheHost() throws IOException {
        Files.delete(live);

        assertThatThrownBy(() -> run("one"))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("web1")
                .hasMessageContaining("does not exist");
    }

    @Test
    void anotherControlMachineIsRefused() throws Exception {
        run("one");
        // The next one has a state directory of its own.
        Files.move(root.resolve("state"), root.resolve("state of the first"));

        assertThatThrownBy(() -> run("two"))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("is deployed to from");
        assertThat(live.resolve("app")).hasContent("one");
    }
}
