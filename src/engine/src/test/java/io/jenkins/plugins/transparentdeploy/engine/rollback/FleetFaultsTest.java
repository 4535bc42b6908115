package io.jenkins.plugins.transparentdeploy.engine.rollback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import io.jenkins.plugins.transparentdeploy.engine.host.ssh.OpenSshServer;
import io.jenkins.plugins.transparentdeploy.engine.journal.JournalObserver;
import io.jenkins.plugins.transparentdeploy.engine.journal.JournalRecord;
import io.jenkins.plugins.transparentdeploy.engine.journal.Operation;
import io.jenkins.plugins.transparentdeploy.engine.release.LeftOut;
import io.jenkins.plugins.transparentdeploy.engine.release.ManagedEnvironment;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseRecord;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseState;
import io.jenkins.plugins.transparentdeploy.engine.storage.SmallDisk;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What goes wrong with one of several hosts, each a real SSH server with a real service behind a real HAProxy: nothing of it
 * leaves the fleet half switched without the record saying so, and what is asked for next mends it.
 */
class FleetFaultsTest {
    private static final Path FAKETIME = Path.of("/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1");
    private static final Map<String, String> ONE = Map.of("web1", "one", "web2", "one", "web3", "one");
    private static final Map<String, String> TWO = Map.of("web1", "two", "web2", "two", "web3", "two");
    private static final List<String> ALL = List.of("web1", "web2", "web3");

    @TempDir
    Path root;

    @TempDir
    Path elsewhere;

    private Fleet fleet;

    @BeforeEach
    void fleet() throws Exception {
        fleet = new Fleet(root, 3).with("freezeAfterRollback: false\n");
    }

    @AfterEach
    void close() throws Exception {
        fleet.close();
    }

    private void assertRefusedUntouched(String... parts) throws Exception {
        assertThatThrownBy(() -> fleet.run("two"))
                .isInstanceOf(RefusedException.class)
                .satisfies(refused -> assertThat(refused.getMessage()).contains(parts));
        assertThat(fleet.versions()).isEqualTo(ONE);
        assertThat(fleet.serving()).isEqualTo(ALL);
        try (ManagedEnvironment environment = fleet.workshop().look()) {
            assertThat(environment.history().newest(1).get(0).version())
                    .as("no record of what was not begun")
                    .isEqualTo("one");
        }
    }

    private void assertMendedByTheNextRelease() throws Exception {
        ReleaseRecord two = fleet.run("two");
        assertThat(two.state()).as(two.reasonOfState()).isEqualTo(ReleaseState.SUCCEEDED);
        assertThat(fleet.versions()).isEqualTo(TWO);
        assertThat(fleet.serving()).isEqualTo(ALL);
    }

    /** Something happens when a host's service is about to be stopped for a release. */
    private static JournalObserver whenStopping(String host, Callable<?> happening) {
        return when(
                record -> record instanceof JournalRecord.Intent intent
                        && intent.operation() instanceof Operation.StopInstance stop
                        && stop.instance().equals(host),
                happening);
    }

    /** Something happens when all is checked, and before anything is brought to a host. */
    private static JournalObserver whenDeploying(Callable<?> happening) {
        return when(
                record -> record instanceof JournalRecord.State state
                        && state.state().equals(ReleaseState.DEPLOYING.name()),
                happening);
    }

    private static JournalObserver when(Predicate<JournalRecord> awaited, Callable<?> happening) {
        AtomicBoolean happened = new AtomicBoolean();
        return record -> {
            if (awaited.test(record) && happened.compareAndSet(false, true)) {
                try {
                    happening.call();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
            }
        };
    }

    private String home(String host) {
        return "SetEnv HOME=" + fleet.home(host);
    }

    @Test
    void aUserWhoMayNotLogInOnOneHostIsRefusedBeforeAnythingIsTouched() throws Exception {
        fleet.run("one");
        String user = System.getProperty("user.name");
        fleet.reconfigure("web2", home("web2"), "DenyUsers " + user);
        assertRefusedUntouched(user + " may not log in on web2");

        fleet.reconfigure("web2", home("web2"));
        assertMendedByTheNextRelease();
    }

    @Test
    void aHostWhoseKeyHasChangedIsRefusedBeforeAnythingIsTouched() throws Exception {
        fleet.run("one");
        Path key = root.resolve("web2/sshd/host_key");
        Path other = OpenSshServer.key(root.resolve("other"), "ed25519");
        Path kept = Files.move(key, root.resolve("kept"));
        Files.move(other, key);
        fleet.reconfigure("web2", home("web2"));
        assertRefusedUntouched("web2", "HAS CHANGED", "ssh-keygen -R");

        Files.move(key, other);
        Files.move(kept, key);
        fleet.reconfigure("web2", home("web2"));
        assertMendedByTheNextRelease();
    }

    @Test
    void aHostWithoutTarOrSha256sumInItsPathIsRefusedWithWhatToInstall() throws Exception {
        fleet.run("one");
        for (String lacking : List.of("tar", "sha256sum")) {
            fleet.reconfigure("web2", home("web2") + " PATH=" + commandsWithout(lacking));
            assertRefusedUntouched("web2 has no " + lacking + " in its PATH", "Install what is missing");
        }
        fleet.reconfigure("web2", home("web2"));
        assertMendedByTheNextRelease();
    }

    @Test
    void aHostOnWhichSomethingFailsIsNotLeftOutAsOneThatIsDownWouldBe() throws Exception {
        fleet.with("freezeAfterRollback: false\nfleet: {maxUnavailable: 1}\n");
        fleet.run("one");
        Path commands = commandsWithout("sha256sum");
        Path failing = Files.writeString(
                commands.resolve("sha256sum"), "#!/bin/sh\necho 'sha256sum: app: Input/output error' >&2\nexit 1\n");
        assertThat(failing.toFile().setExecutable(true)).isTrue();
        fleet.reconfigure("web2", home("web2") + " PATH=" + commands);
        assertRefusedUntouched("web2:", "app: Input/output error", "take the host out of 'hosts'");

        fleet.reconfigure("web2", home("web2"));
        assertMendedByTheNextRelease();
    }

    @Test
    void aForcedCommandThatIsNoShellIsRefusedAndOneThatIsDoes() throws Exception {
        fleet.run("one");
        fleet.reconfigure("web2", home("web2"), "ForceCommand echo This account is for backups only");
        assertRefusedUntouched("web2 does not answer as a POSIX shell does", "This account is for backups only");
        fleet.reconfigure(
                "web2",
                home("web2"),
                "ForceCommand env PATH=" + commandsWithout("tar") + " /bin/sh -c \"$SSH_ORIGINAL_COMMAND\"");
        assertRefusedUntouched("web2 has no tar in its PATH");

        fleet.reconfigure("web2", home("web2"), "ForceCommand exec /bin/sh -c \"$SSH_ORIGINAL_COMMAND\"");
        assertMendedByTheNextRelease();
    }

    /** All commands there are, but one. */
    private Path commandsWithout(String lacking) throws IOException {
        Path commands = root.resolve("without-" + lacking);
        if (!Files.exists(commands)) {
            Files.createDirectories(commands);
            try (Stream<Path> all = Files.list(Path.of("/usr/bin"))) {
                for (Path command : (Iterable<Path>) all::iterator) {
                    if (!command.endsWith(lacking)) {
                        Files.createSymbolicLink(commands.resolve(command.getFileName()), command);
                    }
                }
            }
        }
        return commands;
    }

    @Test
    void aDiskThatIsTooSmallIsRefusedAndOneThatFillsMeanwhileSetsItsHostAside() throws Exception {
        try (SmallDisk disk = SmallDisk.over(fleet.directory("web2").getParent(), 4096)) {
            Files.createDirectory(fleet.directory("web2"));
            fleet.with("freezeAfterRollback: false\nfleet: {maxFailures: 1}\n");
            byte[] large = new byte[1_500_000];
            new Random(1).nextBytes(large);
            Files.write(fleet.workshop().path("two").resolve("large"), large);
            fleet.run("one");
            disk.fill("ballast", 1_000_000);
            assertRefusedUntouched("web2:" + fleet.directory("web2"), "bytes free");
            Files.delete(disk.directory().resolve("ballast"));

            ReleaseRecord two = fleet.run("two", whenDeploying(() -> {
                disk.fill("ballast", 100_000);
                return null;
            }));
            assertThat(two.state()).as(two.reasonOfState()).isEqualTo(ReleaseState.SUCCEEDED);
            assertThat(two.leftOut()).containsOnlyKeys("web2");
            assertThat(two.leftOut().get("web2").reason()).containsAnyOf("no space", "bytes free");
            assertThat(two.convergence().orElseThrow().complete()).isFalse();
            assertThat(fleet.serving()).containsExactly("web1", "web3");

            Files.delete(disk.directory().resolve("ballast"));
            assertThat(fleet.converge().changed()).containsExactly("web2");
            assertThat(fleet.versions()).isEqualTo(TWO);
            assertThat(fleet.serving()).isEqualTo(ALL);
        }
    }

    @Test
    void aFilesystemThatIsReadOnlyIsRefusedAndOneThatBecomesSoMeanwhileIsLeftToConverge() throws Exception {
        try (SmallDisk disk = SmallDisk.over(fleet.directory("web2").getParent(), 4096)) {
            Files.createDirectory(fleet.directory("web2"));
            fleet.run("one");
            disk.protect();
            assertRefusedUntouched(
                    "web2:" + fleet.directory("web2"), "is not writable", "mount its filesystem writable");
            disk.remount("rw");

            fleet.with("freezeAfterRollback: false\nfleet: {maxUnavailable: 1}\n");
            ReleaseRecord two = fleet.run("two", whenDeploying(() -> {
                disk.protect();
                return null;
            }));
            assertThat(two.state()).as(two.reasonOfState()).isEqualTo(ReleaseState.ROLLED_BACK);
            assertThat(two.leftOut())
                    .as("who cannot be told to be as before is in the record")
                    .containsOnlyKeys("web2");
            assertThat(fleet.versions()).as("nothing is half switched").isEqualTo(ONE);

            disk.remount("rw");
            assertThat(fleet.converge().isComplete()).isTrue();
            assertThat(fleet.versions()).isEqualTo(ONE);
            assertThat(fleet.serving()).isEqualTo(ALL);
        }
    }

    /** A clock that is wrong by hours, as faketime gives it to all that a login runs, and the file times that it leaves. */
    @Test
    void clocksThatAreHoursAheadAndBehindMakeNoDifference() throws Exception {
        assumeTrue(Files.exists(FAKETIME), "Debian's faketime is not installed");
        skew("web2", "+5h");
        skew("web3", "-7h");
        assertThat(fleet.run("one").state()).isEqualTo(ReleaseState.SUCCEEDED);
        shiftTimes("web2", Duration.ofHours(5));
        shiftTimes("web3", Duration.ofHours(-7));
        ReleaseRecord two = fleet.run("two");
        assertThat(two.state()).as(two.reasonOfState()).isEqualTo(ReleaseState.SUCCEEDED);
        assertThat(two.convergence().orElseThrow().complete()).isTrue();
        assertThat(fleet.versions()).isEqualTo(TWO);
        assertThat(fleet.converge().changed())
                .as("nothing is taken for changed")
                .isEmpty();

        assertThat(fleet.run("three").state()).isEqualTo(ReleaseState.SUCCEEDED);
        ReleaseRecord back = fleet.rollback("previous");
        assertThat(back.state()).as(back.reasonOfState()).isEqualTo(ReleaseState.ROLLED_BACK);
        assertThat(fleet.versions()).isEqualTo(TWO);
    }

    private void skew(String host, String offset) throws IOException {
        // File times are the kernel's, whatever a process takes for the time of day.
        fleet.reconfigure(host, home(host) + " LD_PRELOAD=" + FAKETIME + " NO_FAKE_STAT=1 FAKETIME=" + offset);
    }

    private void shiftTimes(String host, Duration by) throws IOException {
        Path releases = fleet.directory(host).resolve("releases");
        try (Stream<Path> files = Files.list(releases)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                Files.setLastModifiedTime(
                        file,
                        FileTime.from(
                                Files.getLastModifiedTime(file).toInstant().plus(by)));
            }
        }
    }

    @Test
    void aFleetOfWhichHalfIsGoneInTheMiddleGoesBackOnTheRestAndConvergesWhenTheyReturn() throws Exception {
        fleet.close();
        fleet = new Fleet(elsewhere, 4)
                .with("freezeAfterRollback: false\nstrategy: {rolling: {batch: 2}}\n"
                        + "fleet: {maxUnavailable: 2, maxFailures: 1}\n");
        fleet.run("one");
        ReleaseRecord two;
        try (Customers customers = new Customers(fleet.address(), 20)) {
            two = fleet.run("two", whenStopping("web3", () -> {
                fleet.crash("web3");
                fleet.crash("web4");
                return null;
            }));
            assertThat(customers.answers()).isNotEmpty();
        }
        assertThat(two.state()).as(two.reasonOfState()).isEqualTo(ReleaseState.ROLLED_BACK);
        assertThat(two.leftOut()).containsOnlyKeys("web3", "web4");
        assertThat(two.leftOut().values()).extracting(LeftOut::when).containsOnly(LeftOut.When.FAILED);
        assertThat(fleet.versions()).isEqualTo(Map.of("web1", "one", "web2", "one", "web3", "down", "web4", "down"));
        assertThat(fleet.serving()).containsExactly("web1", "web2");

        fleet.boot("web3");
        fleet.boot("web4");
        assertThat(fleet.converge().isComplete()).isTrue();
        assertThat(Set.copyOf(fleet.versions().values())).containsExactly("one");
        assertThat(fleet.serving()).hasSize(4);
    }

    @Test
    void ofTwoControllersAtOnceNoneMixesItsReleaseWithTheOthers() throws Exception {
        ExecutorService both = Executors.newFixedThreadPool(2);
        Future<ReleaseRecord> here = both.submit(() -> fleet.run("one"));
        Future<ReleaseRecord> there = both.submit(() -> fleet.runFrom(elsewhere, "two", false));
        boolean oneIsLive = succeeded(here);
        boolean twoIsLive = succeeded(there);
        both.shutdown();

        assertThat(oneIsLive && twoIsLive).as("at most one has it").isFalse();
        if (oneIsLive || twoIsLive) {
            assertThat(fleet.versions()).isEqualTo(oneIsLive ? ONE : TWO);
        }
        ReleaseRecord mended = fleet.runFrom(elsewhere, "two", true);
        assertThat(mended.state()).as(mended.reasonOfState()).isEqualTo(ReleaseState.SUCCEEDED);
        assertThat(fleet.versions()).isEqualTo(TWO);
        assertThatThrownBy(() -> fleet.run("three"))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("deployed to by another controller");
    }

    /** Refused, or taken back, is not; either names the other controller. */
    private static boolean succeeded(Future<ReleaseRecord> release) throws InterruptedException {
        try {
            ReleaseRecord record = release.get();
            if (record.state() != ReleaseState.SUCCEEDED) {
                assertThat(record.reasonOfState()).contains("controller");
            }
            return record.state() == ReleaseState.SUCCEEDED;
        } catch (ExecutionException e) {
            assertThat(e.getCause()).isInstanceOf(RefusedException.class).hasMessageContaining("controller");
            return false;
        }
    }
}
