package io.jenkins.plugins.transparentdeploy.engine.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How a tree is read, and what in it is refused. */
class TreeScannerTest extends StoreAndTree {
    /** Of names that begin alike, a directory's content may come behind its neighbours, for some characters are before a slash. */
    @Test
    void whatIsInADirectoryComesInItsPlace() throws IOException {
        List<String> paths = List.of(
                "a",
                "a b",
                "a b/c",
                "a b/c-d",
                "a b/c-d/x",
                "a b/c/x",
                "a-b",
                "a-b-c",
                "a-b-c/x",
                "a-b/x",
                "a.txt",
                "a/b",
                "a0",
                "a0/b",
                "ä",
                "ä/x");
        for (String path : paths) {
            if (path.endsWith("x") || path.equals("a/b") || path.equals("a0/b")) {
                tree.file(path, path);
            }
        }
        tree.file("a.txt", "");

        Manifest manifest = store.capture(tree.root(), ManagedPaths.ALL);

        assertThat(manifest.entries()).extracting(ManifestEntry::path).containsExactlyElementsOf(paths);
        assertThat(Manifest.of(manifest.entries())).isEqualTo(manifest);
        assertThat(paths).allSatisfy(path -> assertThat(manifest.find(path)).isPresent());
        assertThat(store.load(manifest.id())).isEqualTo(manifest);
    }

    @Test
    void refusesWhatCannotBeKept() throws Exception {
        Path pipe = tree.root().resolve("pipe");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor())
                .isZero();

        assertThatThrownBy(() -> store.capture(tree.root(), ManagedPaths.ALL))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining(pipe.toString())
                .hasMessageContaining("exclude");
        assertThat(store.capture(tree.root(), new ManagedPaths(List.of(), List.of("pipe")))
                        .isEmpty())
                .isTrue();
    }

    @Test
    void refusesNamesThatAreNotUtf8() throws Exception {
        Process shell = new ProcessBuilder("sh", "-c", "printf x > \"$(printf 'caf\\351')\"")
                .directory(tree.root().toFile())
                .start();
        assertThat(shell.waitFor()).isZero();

        assertThatThrownBy(() -> store.capture(tree.root(), ManagedPaths.ALL))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("cannot be represented");
    }

    @Test
    void refusesPathsThatAreTooLong() throws IOException {
        tree.directory(String.join("/", Collections.nCopies(16, "x".repeat(240))));

        assertThatThrownBy(() -> store.capture(tree.root(), ManagedPaths.ALL))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("is too long to be kept");
    }

    @Test
    void refusesLinksThatSayWhatIsNotUtf8() throws Exception {
        Process shell = new ProcessBuilder("sh", "-c", "ln -s \"$(printf 'caf\\351')\" link")
                .directory(tree.root().toFile())
                .start();
        assertThat(shell.waitFor()).isZero();

        assertThatThrownBy(() -> store.capture(tree.root(), ManagedPaths.ALL))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("What the link says that is at")
                .hasMessageContaining("cannot be represented");
    }

    @Test
    void refusesARootThatIsNotThere() {
        assertThatThrownBy(() -> store.capture(directory.resolve("nothing"), ManagedPaths.ALL))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("does not exist");
    }

    @Test
    void refusesAFileThatNeverRests() throws IOException {
        tree.file("busy", "x");
        Path busy = tree.root().resolve("busy");
        TreeScanner.ContentReader reader = content -> {
            Files.writeString(busy, Files.readString(busy) + "x");
            return ContentId.of(content.readAllBytes());
        };

        assertThatThrownBy(() -> new TreeScanner(tree.root(), ManagedPaths.ALL, reader, new Forgetful()).scan())
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("changes while it is read");
    }

    @Test
    void readsAgainAFileThatChangedOnce() throws IOException {
        tree.file("busy", "x");
        Path busy = tree.root().resolve("busy");
        boolean[] changed = {false};
        TreeScanner.ContentReader reader = content -> {
            ContentId id = ContentId.of(content.readAllBytes());
            if (!changed[0]) {
                changed[0] = true;
                Files.writeString(busy, "longer");
            }
            return id;
        };

        ScannedTree scanned = new TreeScanner(tree.root(), ManagedPaths.ALL, reader, new Forgetful()).scan();

        assertThat(idOf(scanned.manifest(), "busy")).isEqualTo(ContentId.of("longer".getBytes(StandardCharsets.UTF_8)));
    }

    /** By somebody who does so all the while, at moments that nobody foresees. */
    @Test
    @Timeout(120)
    void ofAFileThatIsReplacedAgainAndAgainOneVersionIsKept() throws Exception {
        tree.file("busy", busyIn(0)).modified("busy", Instant.EPOCH);
        AtomicBoolean enough = new AtomicBoolean();
        ExecutorService application = Executors.newSingleThreadExecutor();
        try {
            Future<?> writing = application.submit(() -> {
                for (int version = 1; !enough.get(); version++) {
                    replaceBusy(version);
                    LockSupport.parkNanos(ThreadLocalRandom.current().nextInt(500_000));
                }
                return null;
            });
            Set<Instant> kept = new HashSet<>();
            while (kept.size() < 20) {
                try {
                    Manifest manifest = store.capture(tree.root(), ManagedPaths.ALL);
                    FileEntry busy = (FileEntry) manifest.find("busy").orElseThrow();
                    try (InputStream content = store.objects().open(busy.content())) {
                        assertThat(content).hasContent(busyIn(busy.modified().getEpochSecond()));
                    }
                    kept.add(busy.modified());
                } catch (RefusedException e) {
                    assertThat(e).hasMessageContaining("busy changes while it is read");
                }
            }
            enough.set(true);
            writing.get();
        } finally {
            application.shutdownNow();
        }
    }

    private void replaceBusy(int version) throws IOException {
        Path fresh = Files.writeString(directory.resolve("fresh"), busyIn(version));
        Files.setLastModifiedTime(fresh, FileTime.from(Instant.ofEpochSecond(version)));
        Files.move(fresh, tree.root().resolve("busy"), StandardCopyOption.ATOMIC_MOVE);
    }

    /** Of every version the time is another, and so is the content. */
    private static String busyIn(long version) {
        return Long.toString(version).repeat((int) (version % 50) + 1);
    }

    /** As somebody does who wants whoever reads the tree to wait for ever. */
    @Test
    @Timeout(60)
    void aPipeThatIsPutInAFilesPlaceIsRefused() throws IOException {
        tree.file("file", "x");
        Path file = tree.root().resolve("file");
        TreeScanner.Memory meddling = path -> new Forgetful.OfDirectory() {
            @Override
            public Optional<ContentId> recall(byte[] name, FileStat stat) {
                makePipe(file);
                return Optional.empty();
            }
        };

        assertThatThrownBy(() -> new TreeScanner(
                                tree.root(),
                                ManagedPaths.ALL,
                                content -> ContentId.of(content.readAllBytes()),
                                meddling)
                        .scan())
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining(file + " was a file and has become a pipe")
                .hasMessageContaining("Find out who");
    }

    @Test
    @Timeout(60)
    void aFileThatBecomesAPipeWhileItIsReadIsRefused() throws IOException {
        tree.file("file", "x");
        Path file = tree.root().resolve("file");
        TreeScanner.ContentReader reader = content -> {
            makePipe(file);
            return ContentId.of(content.readAllBytes());
        };

        assertThatThrownBy(() -> new TreeScanner(tree.root(), ManagedPaths.ALL, reader, new Forgetful()).scan())
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining(file + " was a file and is none any more");
    }

    private static void makePipe(Path file) {
        try {
            Files.delete(file);
            assertThat(new ProcessBuilder("mkfifo", file.toString()).start().waitFor())
                    .isZero();
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static final class Forgetful implements TreeScanner.Memory {
        @Override
        public TreeScanner.DirectoryMemory enter(String path) {
            return new OfDirectory();
        }

        static class OfDirectory implements TreeScanner.DirectoryMemory {
            @Override
            public Optional<ContentId> recall(byte[] name, FileStat stat) {
                return Optional.empty();
            }

            @Override
            public void remember(byte[] name, FileStat stat, Owner owner, ContentId content) {}

            @Override
            public void remember(byte[] name, FileStat stat, Owner owner) {}

            @Override
            public void leave() {}
        }
    }

    private static ContentId idOf(Manifest manifest, String path) {
        return ((FileEntry) manifest.find(path).orElseThrow()).content();
    }
}
