package io.jenkins.plugins.transparentdeploy.engine.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DurableFilesTest {
    @TempDir
    Path directory;

    @Test
    void replacesAFileWhollyAndLeavesNothingBeside() throws IOException {
        Path file = directory.resolve("state.json");

        DurableFiles.write(file, "old, and longer than the new one");
        DurableFiles.write(file, "new");

        assertThat(file).hasContent("new");
        assertThat(names(directory)).containsExactly("state.json");
    }

    @Test
    void keepsTheOldContentWhenTheNewCannotBePut() throws IOException {
        Path occupied = Files.createDirectories(directory.resolve("state.json/in the way"))
                .getParent();

        assertThatThrownBy(() -> DurableFiles.write(occupied, "new")).isInstanceOf(IOException.class);

        assertThat(occupied.resolve("in the way")).isDirectory();
        assertThat(names(directory)).containsExactly("state.json");
    }

    @Test
    void aFullDiskIsNamedWithItsFileAndTheCure() throws IOException {
        try (SmallDisk disk = SmallDisk.mount(directory, 64)) {
            Path file = disk.directory().resolve("state.json");
            DurableFiles.write(file, "old");
            AppendOnlyFile log = AppendOnlyFile.open(disk.directory().resolve("log"));
            disk.fill("full", 0);

            assertThatThrownBy(() -> DurableFiles.write(file, new byte[64 * 1024]))
                    .isInstanceOf(DiskFullException.class)
                    .hasMessageContaining(file.toString())
                    .hasMessageContaining("there is no space left")
                    .hasMessageContaining("Free some space there");
            assertThatThrownBy(() -> log.append(new byte[64 * 1024]))
                    .isInstanceOf(DiskFullException.class)
                    .hasMessageContaining(log.path().toString());
            log.close();

            assertThat(file).hasContent("old");
            assertThat(log.path()).isEmptyFile();
        }
    }

    @Test
    void deletesATreeButNeverWhatItsLinksLeadTo() throws IOException {
        Path outside = Files.createDirectory(directory.resolve("outside"));
        Files.writeString(outside.resolve("precious"), "kept");
        Path tree = Files.createDirectories(directory.resolve("tree/deep/deeper"));
        Files.createSymbolicLink(tree.resolve("link"), outside);
        Files.writeString(tree.resolve("file"), "gone");

        DurableFiles.deleteTree(directory.resolve("tree"));

        assertThat(directory.resolve("tree")).doesNotExist();
        assertThat(outside.resolve("precious")).hasContent("kept");
    }

    @Test
    void deletesALinkGivenAsTheTree() throws IOException {
        Path outside = Files.createDirectory(directory.resolve("outside"));
        Path link = Files.createSymbolicLink(directory.resolve("link"), outside);

        DurableFiles.deleteTree(link);

        assertThat(Files.isSymbolicLink(link)).isFalse();
        assertThat(outside).isDirectory();
    }

    /** Exchanges what two names stand for, over and over, each time in one step. */
    private static final String MEDDLER =
            """
            import ctypes, sys
            one, other = (name.encode() for name in sys.argv[1:])
            exchange = ctypes.CDLL(None).renameat2
            print("ready", flush=True)
            while True:
                exchange(-100, one, -100, other, 2)
            """;

    /** Whoever may write to a directory may put a link in its place, right after somebody looked at what it is. */
    @Test
    void deletesNothingBehindALinkThatTakesADirectorysPlaceMeanwhile() throws Exception {
        Path python = Path.of("/usr/bin/python3");
        assumeTrue(Files.isExecutable(python), "needs python3 to be fast enough");
        Path precious = Files.createDirectory(directory.resolve("precious"));
        Path tree = directory.resolve("tree");
        Path exchanged = tree.resolve("exchanged");
        Path aside = Files.createSymbolicLink(directory.resolve("aside"), precious);
        Process meddler = new ProcessBuilder(python.toString(), "-c", MEDDLER, exchanged.toString(), aside.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try {
            assertThat(meddler.inputReader().readLine()).isEqualTo("ready");
            for (int round = 0; round < 500; round++) {
                Files.writeString(precious.resolve("file"), "kept");
                Files.createDirectories(tree);
                if (!Files.exists(exchanged, LinkOption.NOFOLLOW_LINKS)) {
                    if (Files.isSymbolicLink(aside)) {
                        Files.createDirectory(exchanged);
                    } else {
                        Files.createSymbolicLink(exchanged, precious);
                    }
                }
                try {
                    DurableFiles.deleteTree(tree);
                } catch (IOException theMeddlerWasFaster) {
                    // The next round tries again.
                }
                assertThat(precious.resolve("file")).as("round %d", round).hasContent("kept");
            }
        } finally {
            meddler.destroyForcibly().waitFor();
        }
    }

    @Test
    void deletingWhatIsNotThereDoesNothing() throws IOException {
        DurableFiles.deleteTree(directory.resolve("nothing"));

        assertThat(names(directory)).isEmpty();
    }

    @Test
    void createsDirectoriesOnceAndAgain() throws IOException {
        Path deep = directory.resolve("a/b/c");

        DurableFiles.createDirectories(deep);
        DurableFiles.createDirectories(deep);

        assertThat(deep).isDirectory();
    }

    private static Stream<String> names(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString()).toList().stream();
        }
    }
}
