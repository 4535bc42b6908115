package io.jenkins.plugins.transparentdeploy.engine.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Arrays;
import java.util.zip.CRC32;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ArtifactImporterTest {
    private static final Instant TIME = Instant.parse("2026-11-20T08:00:00Z");

    @TempDir
    Path directory;

    private SnapshotStore store;
    private ArtifactImporter importer;

    /** Writes the entries of one archive. */
    @FunctionalInterface
    private interface Tar {
        void write(TarArchiveOutputStream tar) throws IOException;
    }

    @FunctionalInterface
    private interface Zip {
        void write(ZipArchiveOutputStream zip) throws IOException;
    }

    @BeforeEach
    void open() throws IOException {
        store = SnapshotStore.open(directory.resolve("store"));
        importer = new ArtifactImporter(store);
    }

    @AfterEach
    void close() throws IOException {
        store.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"shop.tar", "shop.tar.gz", "shop.tgz"})
    void unpacksTarArchives(String name) throws IOException {
        Path artifact = tar(name, tar -> {
            directory(tar, "./");
            directory(tar, "./bin/");
            file(tar, "./bin/run.sh", 04755, "run");
            link(tar, "bin/start", TarConstants.LF_SYMLINK, "run.sh");
            link(tar, "bin/again.sh", TarConstants.LF_LINK, "bin/run.sh");
            file(tar, "conf/deep/x.conf", 0, "x = 1");
        });

        Manifest manifest = importer.importFrom(artifact, ImportOptions.DEFAULT);

        assertThat(manifest.entries())
                .extracting(ManifestEntry::path)
                .containsExactly(
                        "bin", "bin/again.sh", "bin/run.sh", "bin/start", "conf", "conf/deep", "conf/deep/x.conf");
        assertThat(manifest.find("bin/run.sh"))
                .contains(new FileEntry("bin/run.sh", new FileMode(0755), TIME, Owner.UNKNOWN, 3, id("run")));
        assertThat(manifest.find("bin/again.sh")
                        .orElseThrow()
                        .sameContent(manifest.find("bin/run.sh").orElseThrow()))
                .isTrue();
        assertThat(manifest.find("bin/start")).contains(new SymlinkEntry("bin/start", "run.sh"));
        assertThat(manifest.find("conf/deep/x.conf").map(entry -> ((FileEntry) entry).mode()))
                .contains(new FileMode(0644));
        assertThat(store.load(manifest.id())).isEqualTo(manifest);
    }

    @ParameterizedTest
    @ValueSource(strings = {"shop.zip", "shop.war", "SHOP.JAR"})
    void unpacksZipArchives(String name) throws IOException {
        Path artifact = zip(name, zip -> {
            file(zip, "index.html", 0, "<p>");
            file(zip, "bin/run.sh", 0100755, "run");
            file(zip, "bin/start", 0120777, "run.sh");
            file(zip, "empty/", 0, "");
        });

        Manifest manifest = importer.importFrom(artifact, ImportOptions.DEFAULT);

        assertThat(manifest.entries())
                .extracting(ManifestEntry::path)
                .containsExactly("bin", "bin/run.sh", "bin/start", "empty", "index.html");
        assertThat(manifest.find("bin/run.sh"))
                .contains(new FileEntry("bin/run.sh", new FileMode(0755), TIME, Owner.UNKNOWN, 3, id("run")));
        assertThat(manifest.find("bin/start")).contains(new SymlinkEntry("bin/start", "run.sh"));
    }

    @Test
    void stripsLeadingComponents() throws IOException {
        Path artifact = tar("tomcat.tar.gz", tar -> {
            directory(tar, "apache-tomcat-10.1.0/");
            file(tar, "apache-tomcat-10.1.0/bin/catalina.sh", 0750, "run");
            link(tar, "apache-tomcat-10.1.0/bin/x", TarConstants.LF_LINK, "apache-tomcat-10.1.0/bin/catalina.sh");
        });

        Manifest manifest = importer.importFrom(artifact, new ImportOptions(true, 1));

        assertThat(manifest.entries())
                .extracting(ManifestEntry::path)
                .containsExactly("bin", "bin/catalina.sh", "bin/x");
    }

    @Test
    void refusesToStripAFileAway() throws IOException {
        Path artifact = tar("x.tar", tar -> file(tar, "README", 0644, "read me"));

        assertRefused(artifact, new ImportOptions(true, 1), "nothing is left");
    }

    @Test
    void takesADirectoryAsItIsButNobodysOwner() throws IOException {
        TestTree tree = TestTree.in(directory.resolve("build"))
                .file("bin/run.sh", "run", "rwxr-xr-x")
                .modified("bin/run.sh", TIME)
                .link("bin/start", "run.sh")
                .directory("empty");

        Manifest manifest = importer.importFrom(tree.root(), ImportOptions.DEFAULT);

        assertThat(manifest.find("bin/run.sh"))
                .contains(new FileEntry("bin/run.sh", new FileMode(0755), TIME, Owner.UNKNOWN, 3, id("run")));
        assertThat(manifest.entries())
                .extracting(ManifestEntry::path)
                .containsExactly("bin", "bin/run.sh", "bin/start", "empty");
    }

    @Test
    void takesOneFileUnderItsOwnNameIfItIsNotToBeUnpacked() throws IOException {
        Path artifact = zip("shop.war", zip -> file(zip, "index.html", 0, "<p>"));

        Manifest manifest = importer.importFrom(artifact, new ImportOptions(false, 0));

        assertThat(manifest.entries()).extracting(ManifestEntry::path).containsExactly("shop.war");
        try (InputStream content = store.objects().open(manifest.files().get(0).content())) {
            assertThat(content.readAllBytes()).isEqualTo(Files.readAllBytes(artifact));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"../evil", "a/../../evil", "a/..", "/etc/evil", "//etc/evil", "..\\evil", "a\\..\\..\\evil", ".."
            })
    void refusesNamesThatLeaveTheTree(String name) throws IOException {
        assertRefused(tar("evil.tar", tar -> file(tar, name, 0644, "evil")), "evil.tar");
        assertRefused(zip("evil.zip", zip -> file(zip, name, 0, "evil")), "evil.zip");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/etc/passwd", "../../etc/passwd", "..", "sub/../..", "sub/../../x"})
    void refusesLinksThatLeaveTheTree(String target) throws IOException {
        assertRefused(
                tar("evil.tar", tar -> {
                    directory(tar, "sub/");
                    link(tar, "link", TarConstants.LF_SYMLINK, target);
                }),
                "leaves it");
        assertRefused(
                zip("evil.zip", zip -> {
                    file(zip, "sub/", 0, "");
                    file(zip, "link", 0120777, target);
                }),
                "leaves it");
    }

    @Test
    void refusesLinksThatLeaveTheTreeTogetherThoughNoneDoesAlone() throws IOException {
        assertRefused(
                tar("evil.tar", tar -> {
                    directory(tar, "sub/");
                    link(tar, "sub/here", TarConstants.LF_SYMLINK, "..");
                    link(tar, "sub/out", TarConstants.LF_SYMLINK, "here/here/../etc");
                    link(tar, "sub/worse", TarConstants.LF_SYMLINK, "here/sub/here/../../etc");
                }),
                "leaves it");
    }

    @Test
    void refusesLinksThatLeadRoundInACircle() throws IOException {
        assertRefused(
                tar("evil.tar", tar -> {
                    link(tar, "a", TarConstants.LF_SYMLINK, "b");
                    link(tar, "b", TarConstants.LF_SYMLINK, "a");
                }),
                "leaves it");
    }

    @Test
    void keepsLinksThatStayInside() throws IOException {
        Path artifact = tar("fine.tar", tar -> {
            file(tar, "lib/a.so.1", 0644, "a");
            link(tar, "lib/a.so", TarConstants.LF_SYMLINK, "a.so.1");
            link(tar, "bin/lib", TarConstants.LF_SYMLINK, "../lib");
            link(tar, "bin/a.so", TarConstants.LF_SYMLINK, "lib/../lib/a.so");
            link(tar, "later", TarConstants.LF_SYMLINK, "not/there/yet");
        });

        assertThat(importer.importFrom(artifact, ImportOptions.DEFAULT).entries())
                .hasSize(7);
    }

    @Test
    void refusesEntriesThroughALink() throws IOException {
        assertRefused(
                tar("evil.tar", tar -> {
                    directory(tar, "sub/");
                    link(tar, "link", TarConstants.LF_SYMLINK, "sub");
                    file(tar, "link/evil", 0644, "evil");
                }),
                "beneath 'link'");
    }

    @ParameterizedTest
    @ValueSource(strings = {"../../etc/passwd", "/etc/passwd", "not-there", "dir"})
    void refusesHardLinksToAnythingButAFileThatCameBefore(String target) throws IOException {
        assertRefused(
                tar("evil.tar", tar -> {
                    directory(tar, "dir/");
                    link(tar, "hard", TarConstants.LF_LINK, target);
                }),
                "evil.tar");
    }

    @Test
    void refusesAPathThatComesTwice() throws IOException {
        assertRefused(
                tar("twice.tar", tar -> {
                    file(tar, "a", 0644, "one");
                    file(tar, "./a", 0644, "two");
                }),
                "twice");
        assertRefused(
                tar("twice.tar", tar -> {
                    file(tar, "a", 0644, "one");
                    directory(tar, "a/");
                }),
                "twice");
    }

    @ParameterizedTest
    @ValueSource(bytes = {TarConstants.LF_CHR, TarConstants.LF_BLK, TarConstants.LF_FIFO})
    void refusesSpecialEntries(byte type) throws IOException {
        assertRefused(tar("special.tar", tar -> link(tar, "device", type, "")), "special entry");
        assertRefused(zip("special.zip", zip -> file(zip, "pipe", 0010644, "")), "special entry");
    }

    @Test
    void refusesBombsBeforeTheyHaveGrown() throws IOException {
        ArtifactImporter strict = new ArtifactImporter(store, new ImportLimits(10, 1 << 30, 100, 1 << 20));
        Path ratio = zip("bomb.zip", zip -> file(zip, "zeros", 0, "\0".repeat(20 << 20)));
        Path count = tar("many.tar", tar -> {
            for (int i = 0; i < 11; i++) {
                directory(tar, "d" + i + "/");
            }
        });

        assertThatThrownBy(() -> strict.importFrom(ratio, ImportOptions.DEFAULT))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("100 times its size");
        assertThatThrownBy(() -> strict.importFrom(count, ImportOptions.DEFAULT))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("more than 10 entries");
    }

    @Test
    void refusesWhatIsLargerThanItMayBe() throws IOException {
        ArtifactImporter strict = new ArtifactImporter(store, new ImportLimits(10, 1000, 100, 1 << 20));
        Path artifact = tar("large.tar", tar -> file(tar, "a", 0644, "x".repeat(1001)));

        assertThatThrownBy(() -> strict.importFrom(artifact, ImportOptions.DEFAULT))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("more than 1000 bytes");
    }

    @Test
    void refusesWhatIsMissingOrEmpty() throws IOException {
        Path missing = directory.resolve("missing.zip");
        assertRefused(missing, "does not exist");
        assertRefused(Files.createFile(directory.resolve("zero.zip")), "is empty");
        assertRefused(Files.createDirectory(directory.resolve("nothing")), "is empty");
        assertRefused(tar("empty.tar.gz", tar -> directory(tar, "./")), "is empty");
        assertRefused(zip("empty.zip", zip -> {}), "is empty");
        assertRefused(Files.writeString(directory.resolve("shop.rar"), "Rar!"), ".tar.gz");
    }

    @ParameterizedTest
    @ValueSource(strings = {"cut.tar", "cut.tar.gz", "cut.zip"})
    void refusesAnArchiveCutOffAnywhere(String name) throws IOException {
        Path whole = name.endsWith(".zip")
                ? zip(name, zip -> file(zip, "a", 0, "content ".repeat(40)))
                : tar(name, tar -> file(tar, "a", 0644, "content ".repeat(40)));
        byte[] bytes = Files.readAllBytes(whole);
        // A tar archive is padded after its end; what is cut off of the padding is no loss.
        int needed = name.equals("cut.tar") ? 512 + 512 + 512 : bytes.length;
        for (int length = 1; length < needed; length += 7) {
            Files.write(whole, Arrays.copyOf(bytes, length));

            assertThatThrownBy(() -> importer.importFrom(whole, ImportOptions.DEFAULT))
                    .as("%d of %d bytes", length, bytes.length)
                    .isInstanceOf(RefusedException.class)
                    .hasMessageContaining(name);
        }
    }

    @Test
    void refusesAZipWhoseContentDoesNotMatchItsChecksum() throws IOException {
        Path artifact = zip("flipped.zip", zip -> {
            ZipArchiveEntry entry = new ZipArchiveEntry("a");
            entry.setMethod(ZipArchiveOutputStream.STORED);
            entry.setSize(5);
            CRC32 checksum = new CRC32();
            checksum.update("right".getBytes(StandardCharsets.UTF_8));
            entry.setCrc(checksum.getValue());
            zip.putArchiveEntry(entry);
            zip.write("right".getBytes(StandardCharsets.UTF_8));
            zip.closeArchiveEntry();
        });
        byte[] bytes = Files.readAllBytes(artifact);
        bytes[new String(bytes, StandardCharsets.ISO_8859_1).indexOf("right")] = 'f';
        Files.write(artifact, bytes);

        assertRefused(artifact, "checksum");
    }

    @Test
    void doesNotPrintControlCharactersThatSomebodyElseChose() throws IOException {
        Path artifact = tar("evil.tar", tar -> file(tar, "../\u001b[2Jevil", 0644, "evil"));

        assertThatThrownBy(() -> importer.importFrom(artifact, ImportOptions.DEFAULT))
                .hasMessageContaining("'../?[2Jevil'");
    }

    private void assertRefused(Path artifact, String part) {
        assertRefused(artifact, ImportOptions.DEFAULT, part);
    }

    private void assertRefused(Path artifact, ImportOptions options, String part) {
        assertThatThrownBy(() -> importer.importFrom(artifact, options))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining(artifact.getFileName().toString())
                .hasMessageContaining(part);
    }

    private Path tar(String name, Tar content) throws IOException {
        Path file = directory.resolve(name);
        try (OutputStream raw = Files.newOutputStream(file);
                OutputStream out = name.endsWith(".tar") ? raw : new GZIPOutputStream(raw);
                TarArchiveOutputStream tar = new TarArchiveOutputStream(out, "UTF-8")) {
            tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
            content.write(tar);
        }
        return file;
    }

    private static void directory(TarArchiveOutputStream tar, String name) throws IOException {
        TarArchiveEntry entry = new TarArchiveEntry(name, TarConstants.LF_DIR);
        entry.setMode(0755);
        tar.putArchiveEntry(entry);
        tar.closeArchiveEntry();
    }

    private static void file(TarArchiveOutputStream tar, String name, int mode, String content) throws IOException {
        byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
        TarArchiveEntry entry = new TarArchiveEntry(name, true);
        entry.setName(name);
        entry.setMode(mode);
        entry.setModTime(FileTime.from(TIME));
        entry.setSize(bytes.length);
        tar.putArchiveEntry(entry);
        tar.write(bytes);
        tar.closeArchiveEntry();
    }

    private static void link(TarArchiveOutputStream tar, String name, byte type, String target) throws IOException {
        TarArchiveEntry entry = new TarArchiveEntry(name, type);
        entry.setLinkName(target);
        tar.putArchiveEntry(entry);
        tar.closeArchiveEntry();
    }

    private Path zip(String name, Zip content) throws IOException {
        Path file = directory.resolve(name);
        try (ZipArchiveOutputStream zip = new ZipArchiveOutputStream(file)) {
            content.write(zip);
        }
        return file;
    }

    private static void file(ZipArchiveOutputStream zip, String name, int mode, String content) throws IOException {
        ZipArchiveEntry entry = new ZipArchiveEntry(name);
        if (mode != 0) {
            entry.setUnixMode(mode);
        }
        entry.setTime(FileTime.from(TIME));
        zip.putArchiveEntry(entry);
        zip.write(content.getBytes(StandardCharsets.UTF_8));
        zip.closeArchiveEntry();
    }

    private static ContentId id(String content) {
        return ContentId.of(content.getBytes(StandardCharsets.UTF_8));
    }
}
