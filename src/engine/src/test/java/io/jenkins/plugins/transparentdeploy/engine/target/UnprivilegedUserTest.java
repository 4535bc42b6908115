package io.jenkins.plugins.transparentdeploy.engine.target;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import io.jenkins.plugins.transparentdeploy.engine.journal.Journal;
import io.jenkins.plugins.transparentdeploy.engine.journal.JournalObserver;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.ManagedPaths;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.Manifest;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.SnapshotStore;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.TestTree;
import io.jenkins.plugins.transparentdeploy.engine.storage.NobodyJvm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What root never sees: each case is a process of the user nobody, in a tree of which not everything is that user's. */
class UnprivilegedUserTest {
    @TempDir
    private Path directory;

    /** What is to happen, and who owns what before. */
    enum Case {
        UNREADABLE_FILE {
            @Override
            void prepare(Path app) throws IOException {
                NobodyJvm.give(TestTree.in(app)
                        .file("conf/secret", "root's", "rw-------")
                        .root());
                NobodyJvm.give(app.resolve("conf"));
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
                NobodyJvm.give(app);
            }

            @Override
            void run(Act act) {
                act.refused(act::capture, "conf cannot be read by user nobody", "exclude:");
            }
        },
        DIRECTORY_OF_SOMEBODY_ELSE {
            @Override
            void prepare(Path app) throws IOException {
                NobodyJvm.give(
                        TestTree.in(app).file("lib/a", "1").file("b", "1").root());
                NobodyJvm.give(app.resolve("b"));
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
                    NobodyJvm.give(app.resolve(path));
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
                NobodyJvm.give(app);
                NobodyJvm.give(app.resolve("b"));
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
                NobodyJvm.give(TestTree.in(app)
                        .file("b", "2", "rw-r--r--")
                        .file("lib/a", "2")
                        .root());
                NobodyJvm.give(app.resolve("lib"));
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
        NobodyJvm nobody = new NobodyJvm(directory);
        one.prepare(directory.resolve("app"));

        Process child = nobody.start(AsNobody.class, List.of(one.name(), directory.toString()));

        assertThat(child.waitFor(2, TimeUnit.MINUTES)).isTrue();
        assertThat(child.exitValue()).isZero();
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
