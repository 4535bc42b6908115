package io.jenkins.plugins.transparentdeploy.engine.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.CRC32;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What somebody means harm with, or what broke on its way. */
class HostileArchivesTest extends ArchivesFixture {
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
}
