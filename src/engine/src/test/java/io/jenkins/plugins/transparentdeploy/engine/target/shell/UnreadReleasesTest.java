package io.jenkins.plugins.transparentdeploy.engine.target.shell;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.transparentdeploy.engine.host.LocalShell;
import io.jenkins.plugins.transparentdeploy.engine.host.RemoteShell;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What was read once is not read again, and whatever was done to it since is seen all the same. */
class UnreadReleasesTest extends TwoReleases {
    private boolean wasRead() {
        return answers.stream().anyMatch(answer -> answer.contains("digest="));
    }

    @Test
    void whatWasProvenIsNotReadAgain() throws IOException {
        assertThat(target().plan(second).isEmpty()).isTrue();
        assertThat(target().drift(second)).isEmpty();
        assertThat(target().capture().contentRoot()).isEqualTo(second.contentRoot());
        target().apply(INSTANCE, first, "r1", journal);
        assertThat(target().plan(first).isEmpty()).isTrue();

        assertThat(wasRead()).isFalse();
        assertThat(answers).hasSize(6);
    }

    @Test
    void whatTheApplicationWritesOfItsOwnIsNoReasonToReadAgain() throws IOException {
        Files.writeString(root.resolve("current/app.pid"), "1");
        Files.writeString(root.resolve("current/bin/other.pid"), "2");
        Files.writeString(root.resolve("current/logs/app.log"), "3");

        assertThat(target().drift(second)).isEmpty();

        assertThat(wasRead()).isFalse();
    }

    enum Meddling {
        /** The same size, and the time set back. */
        CONTENT {
            @Override
            void with(Path release) throws IOException {
                FileTime before = Files.getLastModifiedTime(release.resolve("version"));
                Files.writeString(release.resolve("version"), "ten");
                Files.setLastModifiedTime(release.resolve("version"), before);
            }
        },
        /** Another file in its place, of the same size and time. */
        REPLACED {
            @Override
            void with(Path release) throws IOException {
                Path file = release.resolve("version");
                Path other = Files.writeString(release.resolveSibling("other"), "ten");
                Files.setPosixFilePermissions(other, Files.getPosixFilePermissions(file));
                Files.setLastModifiedTime(other, Files.getLastModifiedTime(file));
                Files.move(other, file, StandardCopyOption.REPLACE_EXISTING);
            }
        },
        MODE {
            @Override
            void with(Path release) throws IOException {
                Files.setPosixFilePermissions(release.resolve("version"), PosixFilePermissions.fromString("rwxr-xr-x"));
            }
        },
        DIRECTORY_MODE {
            @Override
            void with(Path release) throws IOException {
                Files.setPosixFilePermissions(release.resolve("bin"), PosixFilePermissions.fromString("rwx------"));
            }
        },
        LINK {
            @Override
            void with(Path release) throws IOException {
                Files.delete(release.resolve("link"));
                Files.createSymbolicLink(release.resolve("link"), Path.of("bin/run"));
            }
        },
        ADDED {
            @Override
            void with(Path release) throws IOException {
                Files.createDirectory(release.resolve("empty/more"));
            }
        },
        REMOVED {
            @Override
            void with(Path release) throws IOException {
                Files.delete(release.resolve("empty"));
            }
        },
        SWAPPED {
            @Override
            void with(Path release) throws IOException {
                Path aside = release.resolveSibling("aside");
                Files.move(release.resolve("version"), aside);
                Files.move(release.resolve("bin/run"), release.resolve("version"));
                Files.move(aside, release.resolve("bin/run"));
            }
        };

        abstract void with(Path release) throws IOException;
    }

    @ParameterizedTest
    @EnumSource
    void whatSomebodyDidIsSeen(Meddling meddling) throws IOException {
        meddling.with(root.resolve("releases/r2"));

        assertThat(target().plan(second).isEmpty()).isFalse();
    }

    /** A directory that is not as it was is not gone back to. */
    @ParameterizedTest
    @EnumSource
    void whatSomebodyDidToAnOldReleaseIsSeenBeforeItIsGoneBackTo(Meddling meddling) throws IOException {
        meddling.with(root.resolve("releases/r1"));

        target().apply(INSTANCE, first, "back", journal);

        assertThat(Files.readSymbolicLink(root.resolve("current"))).hasToString("releases/back");
        assertThat(target().plan(first).isEmpty()).isTrue();
    }

    @Test
    void theSignatureOfOneReleaseSaysNothingOfAnother() throws IOException {
        Path releases = root.resolve("releases");
        Files.move(releases.resolve("r1"), releases.resolve("aside"));
        Files.move(releases.resolve("r2"), releases.resolve("r1"));
        Files.move(releases.resolve("aside"), releases.resolve("r2"));

        assertThat(target().drift(second)).singleElement().extracting("path").isEqualTo("version");
        assertThat(target().drift(first)).isEmpty();
    }

    @Test
    void anIndexThatSomebodyElseWroteIsNotBelieved() throws IOException {
        Path index = store.indexOf("web1:" + root);
        String text = Files.readString(index);
        String digest = text.replaceAll("(?s).*\"r1\":\\{\"signature\":\"\\w+\",\"digest\":\"(\\w+)\".*", "$1");
        String forged = text.replaceAll("(\"r2\":\\{\"signature\":\"\\w+\",\"digest\":\")\\w+", "$1" + digest);
        assertThat(forged).isNotEqualTo(text);
        Files.writeString(index, forged);

        assertThat(target().drift(first)).isNotEmpty();
        assertThat(target().drift(second)).isEmpty();
        assertThat(wasRead()).isTrue();
    }

    @Test
    void theIndexOfAnotherHostIsNotBelieved() throws IOException {
        Path other = Files.createDirectory(directory.resolve("other"));
        Files.copy(store.indexOf("web1:" + root), store.indexOf("web1:" + other));
        ShellReleasesTarget theirs = new ShellReleasesTarget(
                shell, other, MANAGED, store, 5, new Ownership(ShellTargetContract.CONTROLLER, "ci-1", false));
        theirs.apply(INSTANCE, first, "r2", journal);

        assertThat(theirs.drift(second)).isNotEmpty();
        assertThat(theirs.drift(first)).isEmpty();
    }

    @Test
    void anIndexThatIsTornIsNone() throws IOException {
        Path index = store.indexOf("web1:" + root);
        byte[] content = Files.readAllBytes(index);
        for (int length : new int[] {0, 1, 64, content.length / 2, content.length - 1}) {
            Files.write(index, Arrays.copyOf(content, length));
            answers.clear();
            assertThat(target().drift(second)).isEmpty();
            assertThat(wasRead()).as("with %d bytes of it", length).isTrue();
        }
    }

    /** A change in the very tick of the clock in which it was read would not show. */
    @Test
    void whatWasChangedJustBeforeItWasReadIsReadAgain() throws IOException {
        Files.delete(store.indexOf("web1:" + root));
        shell.disturb((number, exchange) -> {
            ByteArrayOutputStream said = new ByteArrayOutputStream();
            RemoteShell.Ended ended = exchange.writing(said).run();
            String answer = said.toString(StandardCharsets.UTF_8);
            answers.add(answer);
            String newest = answer.replaceAll("(?s).*\0newest=([0-9.]+)\0.*", "$1");
            // As if it had been a moment ago, whatever the test itself took.
            exchange.output()
                    .write(answer.replaceAll("\0clock=[0-9.]+\0", "\0clock=" + newest + "\0")
                            .getBytes(StandardCharsets.UTF_8));
            return ended;
        });

        for (int look = 1; look <= 3; look++) {
            answers.clear();
            assertThat(target().drift(second)).isEmpty();
            assertThat(wasRead()).as("look %d", look).isTrue();
        }
    }

    /** The signature is from before: what was read may be neither the old nor the new. */
    @Test
    void whatChangesWhileItIsReadIsReadAgain() throws IOException {
        Files.delete(store.indexOf("web1:" + root));
        Path commands = Files.createDirectory(directory.resolve("commands"));
        Path version = root.resolve("releases/r2/version");
        Path meddling = Files.writeString(
                commands.resolve("sha256sum"),
                "#!/bin/sh\n/usr/bin/sha256sum \"$@\" || exit\ncase $2 in ./*) printf ten >%s ;; esac\n"
                        .formatted(version));
        Files.setPosixFilePermissions(meddling, PosixFilePermissions.fromString("rwxr-xr-x"));
        WatchedShell meddled = new WatchedShell(
                new LocalShell("web1", List.of("env", "PATH=" + commands + ":" + System.getenv("PATH"))));
        meddled.disturb(longAgo());
        ShellReleasesTarget target = new ShellReleasesTarget(
                meddled, root, MANAGED, store, 5, new Ownership(ShellTargetContract.CONTROLLER, "ci-1", false));

        assertThat(target.drift(second)).isEmpty();
        assertThat(version).hasContent("ten");
        assertThat(store.indexOf("web1:" + root)).exists();

        assertThat(target().drift(second)).singleElement().extracting("path").isEqualTo("version");
    }

    /** As if all had been changed long before it was looked at. */
    private static WatchedShell.Disturbance longAgo() {
        return (number, exchange) -> {
            ByteArrayOutputStream said = new ByteArrayOutputStream();
            RemoteShell.Ended ended = exchange.writing(said).run();
            exchange.output()
                    .write(said.toString(StandardCharsets.UTF_8)
                            .replaceAll("\0clock=[0-9.]+\0", "\0clock=99999999999\0")
                            .getBytes(StandardCharsets.UTF_8));
            return ended;
        };
    }
}
