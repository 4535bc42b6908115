package io.jenkins.plugins.transparentdeploy.engine.target;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import io.jenkins.plugins.transparentdeploy.engine.journal.Journal;
import io.jenkins.plugins.transparentdeploy.engine.journal.JournalObserver;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.ManagedPaths;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.Manifest;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.SnapshotStore;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.TestTree;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What root never sees: each case is a process of the user nobody, in a tree of which not everything is that user's. */
class UnprivilegedUserTest {
    private static final int NOBODY = 65534;
    private static final Path SETPRIV = Path.of("/usr/bin/setpriv");

    private static final Pattern NEEDED =
            Pattern.compile(".*/(jackson|aircompressor|assertj|byte-buddy|junit|opentest4j|apiguardian)[^/]*\\.jar");

    @TempDir
    private Path directory;

    @BeforeEach
    void forRootOnly() throws IOException {
        assumeTrue(Files.getAttribute(directory, "unix:uid").equals(0), "only root can become somebody else");
        assumeTrue(Files.isExecutable(SETPRIV), "needs setpriv");
    }

    /** What is to happen, and who owns what before. */
    enum Case {
        UNREADABLE_FILE {
            @Override
            void prepare(Path app) throws IOException {
                give(TestTree.in(app).file("conf/secret", "root's", "rw-------").root());
                give(app.resolve("conf"));
            }

            @Override
            void run(Act act) {
                act.refused(
                        act::capture, "conf/secret cannot be read by user nobody", "Give that user read permission");
            }
        },
        UNREADABLE_DIRECTORY {
            @Override
            void prepare(Path app) throws IOException {
                TestTree.in(app).file("conf/x", "root's");
                Files.setPosixFilePermissions(app.resolve("conf"), PosixFilePermissions.fromString("rwx------"));
                give(app);
            }

            @Override
            void run(Act act) {
                act.refused(act::capture, "conf cannot be read by user nobody", "exclude:");
            }
        },
        DIRECTORY_OF_SOMEBODY_ELSE {
            @Override
            void prepare(Path app) throws IOException {
                give(TestTree.in(app).file("lib/a", "1").file("b", "1").root());
                give(app.resolve("b"));
            }

            @Override
            void run(Act act) throws IOException {
                Manifest before = act.capture();
                act.refused(() -> act.apply(Case.wanted(act)), "lib is not writable by user nobody", "Give that user");
                assertThat(act.capture()).isEqualTo(before);
            }
        },
        OWN_DIRECTORY_WITHOUT_WRITE_PERMISSION {
            @Override
            void prepare(Path app) throws IOException {
                TestTree.in(app).file("lib/a", "1").file("b", "1");
                Files.setPosixFilePermissions(app.resolve("lib"), PosixFilePermissions.fromString("r-xr-xr-x"));
                for (String path : List.of("", "lib", "lib/a", "b")) {
                    give(app.resolve(path));
                }
            }

            @Override
            void run(Act act) throws IOException {
                Manifest before = act.capture();
                act.apply(Case.wanted(act));
                assertThat(act.app.resolve("lib/a")).hasContent("2");
                act.apply(before);
                assertThat(act.capture().fullRoot()).isEqualTo(before.fullRoot());
            }
        },
        /** Nobody may rename over another's file in such a directory, though it is writable for all. */
        STICKY_DIRECTORY {
            @Override
            void prepare(Path app) throws IOException {
                TestTree.in(app).file("lib/a", "1").file("b", "1");
                Files.setAttribute(app.resolve("lib"), "unix:mode", 01777);
                give(app);
                give(app.resolve("b"));
            }

            @Override
            void run(Act act) throws IOException {
                Manifest before = act.capture();
                act.refused(() -> act.apply(Case.wanted(act)), "lib/a is not that of user nobody", "sticky bit");
                assertThat(act.capture()).isEqualTo(before);
            }
        },
        /** A file whose mode alone is to change, which only its owner can do, is replaced. */
        FILE_OF_SOMEBODY_ELSE {
            @Override
            void prepare(Path app) throws IOException {
                give(TestTree.in(app)
                        .file("b", "2", "rw-r--r--")
                        .file("lib/a", "2")
                        .root());
                give(app.resolve("lib"));
            }

            @Override
            void run(Act act) throws IOException {
                Manifest before = act.capture();
                act.apply(Case.wanted(act));
                assertThat(Files.isExecutable(act.app.resolve("b"))).isTrue();
                assertThat(Files.getOwner(act.app.resolve("b"))).hasToString("nobody");
                act.apply(before);
                assertThat(act.capture().withoutOwners().fullRoot())
                        .isEqualTo(before.withoutOwners().fullRoot());
            }
        };

        abstract void prepare(Path app) throws IOException;

        abstract void run(Act act) throws IOException;

        static void give(Path path) throws IOException {
            Files.setAttribute(path, "unix:uid", NOBODY);
            Files.setAttribute(path, "unix:gid", NOBODY);
        }

        /** Another content in each directory. */
        private static Manifest wanted(Act act) throws IOException {
            TestTree other = TestTree.in(act.other).file("b", "2", "rwxr-xr-x").file("lib/a", "2");
            Files.setAttribute(
                    act.other.resolve("lib"), "unix:mode", Files.getAttribute(act.app.resolve("lib"), "unix:mode"));
            return act.store.capture(other.root(), ManagedPaths.ALL);
        }
    }

    /** What the user does. */
    record Act(Path app, Path other, SnapshotStore store, Journal journal) {
        Manifest capture() throws IOException {
            return store.capture(app, ManagedPaths.ALL);
        }

        void apply(Manifest wanted) throws IOException {
            new DirectoryTarget(app, ManagedPaths.ALL, store).apply("app-1", wanted, "r1", journal);
        }

        void refused(ThrowingCallable act, String problem, String cure) {
            assertThatThrownBy(act)
                    .isInstanceOf(RefusedException.class)
                    .hasMessageContaining(problem)
                    .hasMessageContaining(cure);
        }
    }

    @ParameterizedTest
    @EnumSource(Case.class)
    void isRefusedOrRestoredAndNeverHalfDoneInSilence(Case one) throws Exception {
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        Path home = Files.createDirectory(directory.resolve("home"));
        Case.give(home);
        one.prepare(directory.resolve("app"));
        List<String> command = List.of(
                SETPRIV.toString(),
                "--reuid=" + NOBODY,
                "--regid=" + NOBODY,
                "--clear-groups",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Dsun.jnu.encoding=UTF-8",
                "-Djava.io.tmpdir=" + home,
                "-cp",
                readableClassPath(),
                AsNobody.class.getName(),
                one.name(),
                directory.toString());

        Process child = new ProcessBuilder(command).inheritIO().start();

        assertThat(child.waitFor(2, TimeUnit.MINUTES)).isTrue();
        assertThat(child.exitValue()).isZero();
    }

    /** Somebody else cannot read the home directory in which Maven keeps its files. */
    private String readableClassPath() throws IOException {
        Path copies = Files.createDirectory(directory.resolve("class-path"));
        List<String> entries = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
            Path copy = copies.resolve(Integer.toString(entries.size()));
            if (Files.isDirectory(Path.of(entry)) || NEEDED.matcher(entry).matches()) {
                Process copying = new ProcessBuilder("cp", "-r", entry, copy.toString())
                        .inheritIO()
                        .start();
                assertThat(copying.onExit().join().exitValue()).isZero();
                entries.add(copy.toString());
            }
        }
        return String.join(File.pathSeparator, entries);
    }

    /** One case, as the user that deploys. */
    static final class AsNobody {
        public static void main(String[] args) throws IOException {
            Path directory = Path.of(args[1]);
            Path home = directory.resolve("home");
            try (SnapshotStore store = SnapshotStore.open(home.resolve("store"));
                    Journal journal = Journal.open(home.resolve("journal"), Clock.systemUTC(), JournalObserver.NONE)) {
                journal.startSegment("r1");
                Case.valueOf(args[0]).run(new Act(directory.resolve("app"), home.resolve("other"), store, journal));
            }
        }
    }
}
