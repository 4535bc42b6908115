package io.jenkins.plugins.transparentdeploy.engine.target;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import io.jenkins.plugins.transparentdeploy.engine.journal.Journal;
import io.jenkins.plugins.transparentdeploy.engine.journal.JournalObserver;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.ManagedPaths;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.Manifest;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.SnapshotStore;
import io.jenkins.plugins.transparentdeploy.engine.storage.DurableFiles;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What of each kind comes back, on a real disk; docs/fidelity.md names these tests. */
class FidelityTest {
    @TempDir
    private Path directory;

    private Path root;
    private SnapshotStore store;
    private Journal journal;
    private Target target;

    @BeforeEach
    void open() throws IOException {
        root = Files.createDirectory(directory.resolve("live"));
        store = SnapshotStore.open(directory.resolve("store"));
        journal = Journal.open(directory.resolve("journal"), Clock.systemUTC(), JournalObserver.NONE);
        journal.startSegment("r1");
        target = new DirectoryTarget(root, ManagedPaths.ALL, store);
    }

    @AfterEach
    void close() throws IOException {
        journal.close();
        store.close();
    }

    private Path file(String path, String content) throws IOException {
        Path file = root.resolve(path);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, content);
    }

    /** All is captured, lost, and brought back. */
    private void comesBack() throws IOException {
        Manifest before = target.capture();
        DurableFiles.deleteTree(root);
        Files.createDirectory(root);
        target.apply("app", before, "r1", journal);
        assertThat(target.capture()).isEqualTo(before);
    }

    @Test
    void everyTestThatThePageNamesIsThere() throws IOException {
        String page = Files.readString(Path.of("../../docs/fidelity.md"));
        Matcher names = Pattern.compile("`(\\w+Test)(?:\\.(\\w+))?`").matcher(page);
        int count = 0;
        while (names.find()) {
            String name = names.group(1) + ".java";
            Path source;
            try (Stream<Path> sources = Files.walk(Path.of("src/test/java"))) {
                source = sources.filter(file -> file.endsWith(name)).findFirst().orElseThrow();
            }
            if (names.group(2) != null) {
                assertThat(source).content().contains("void " + names.group(2) + "(");
            }
            count++;
        }
        assertThat(count).isGreaterThan(15);
    }

    @Test
    void specialModes() throws IOException {
        Path program = file("bin/program", "x");
        Files.setAttribute(program, "unix:mode", 06755);
        Path spool = Files.createDirectory(root.resolve("spool"));
        Files.setAttribute(spool, "unix:mode", 01777);

        comesBack();

        assertThat((int) Files.getAttribute(program, "unix:mode") & 07777).isEqualTo(06755);
        assertThat((int) Files.getAttribute(spool, "unix:mode") & 07777).isEqualTo(01777);
    }

    @Test
    void timesToTheNanosecond() throws IOException {
        Path file = file("a", "x");
        Instant time = Instant.parse("2001-02-03T04:05:06.123456789Z");
        Files.setLastModifiedTime(file, FileTime.from(time));

        comesBack();

        assertThat(Files.getLastModifiedTime(file).toInstant()).isEqualTo(time);
    }

    @Test
    void ownersAsRoot() throws IOException {
        Path file = file("a", "x");
        assumeTrue(Files.getAttribute(file, "unix:uid").equals(0), "only root can give files away");
        Files.setAttribute(file, "unix:uid", 1);
        Files.setAttribute(file, "unix:gid", 2);

        comesBack();

        assertThat(Files.getAttribute(file, "unix:uid")).isEqualTo(1);
        assertThat(Files.getAttribute(file, "unix:gid")).isEqualTo(2);
    }

    @Test
    void linksAsTheyAre() throws IOException {
        Files.createSymbolicLink(root.resolve("dangling"), Path.of("/nowhere/at all"));
        Files.createSymbolicLink(root.resolve("up"), Path.of("../elsewhere"));

        comesBack();

        assertThat(Files.readSymbolicLink(root.resolve("dangling"))).isEqualTo(Path.of("/nowhere/at all"));
        assertThat(Files.readSymbolicLink(root.resolve("up"))).isEqualTo(Path.of("../elsewhere"));
    }

    @Test
    void emptyDirectories() throws IOException {
        Files.createDirectories(root.resolve("a/b/c"));

        comesBack();

        assertThat(root.resolve("a/b/c")).isEmptyDirectory();
    }

    /** Composed and decomposed, and in two cases: four files. */
    @Test
    void namesThatLookAlike() throws IOException {
        for (String name : new String[] {"caf\u00e9", "cafe\u0301", "CAF\u00c9", "日本語 \n\"'"}) {
            file(name, name);
        }

        comesBack();

        assertThat(root.resolve("caf\u00e9")).hasContent("caf\u00e9");
        assertThat(root.resolve("cafe\u0301")).hasContent("cafe\u0301");
        assertThat(root.resolve("CAF\u00c9")).hasContent("CAF\u00c9");
    }

    @Test
    void longPaths() throws IOException {
        file(("d".repeat(240) + "/").repeat(14) + "f".repeat(255), "deep");

        comesBack();
    }

    @Test
    void contentOfSparseFiles() throws IOException {
        Path sparse = root.resolve("sparse");
        try (RandomAccessFile file = new RandomAccessFile(sparse.toFile(), "rw")) {
            file.seek(3_000_000);
            file.write('x');
            file.setLength(5_000_000);
        }
        byte[] before = Files.readAllBytes(sparse);

        comesBack();

        assertThat(sparse).hasBinaryContent(before);
    }

    /** Declared: the content of each name is exact, but they are files of their own afterwards. */
    @Test
    void hardLinksBecomeFilesOfTheirOwn() throws IOException {
        Path one = file("one", "shared");
        Path other = root.resolve("other");
        Files.createLink(other, one);

        comesBack();

        assertThat(other).hasContent("shared");
        assertThat(Files.getAttribute(other, "unix:nlink")).isEqualTo(1);
    }

    /** Declared: a file that is replaced has none; one of which only mode, owner or time differs keeps them. */
    @Test
    void extendedAttributesStayUnlessTheContentIsReplaced() throws IOException {
        Path kept = file("kept", "x");
        Path replaced = file("replaced", "x");
        assumeTrue(
                Files.getFileStore(root).supportsFileAttributeView(UserDefinedFileAttributeView.class),
                "the filesystem has no extended attributes");
        for (Path file : new Path[] {kept, replaced}) {
            attributes(file).write("origin", ByteBuffer.wrap("here".getBytes(StandardCharsets.UTF_8)));
        }
        Manifest before = target.capture();
        Files.setAttribute(kept, "unix:mode", 0600);
        Files.writeString(replaced, "longer");

        target.apply("app", before, "r1", journal);

        assertThat(target.capture()).isEqualTo(before);
        assertThat(attributes(kept).list()).contains("origin");
        assertThat(attributes(replaced).list()).doesNotContain("origin");
    }

    /** Asked for, they are as exact as the content. */
    @Test
    void extendedAttributesThatAreAskedFor() throws Exception {
        assumeGetfattr();
        target = new DirectoryTarget(root, new ManagedPaths(List.of(), List.of(), true), store);
        Path marked = file("conf/marked", "x");
        Files.setAttribute(marked, "unix:mode", 0400);
        byte[] value = {0, 1, (byte) 0xff, '\n'};
        attributes(marked).write("origin", ByteBuffer.wrap("here".getBytes(StandardCharsets.UTF_8)));
        attributes(marked).write("größe", ByteBuffer.wrap(value));
        Path plain = file("plain", "y");

        comesBack();

        assertThat(attributes(marked).list()).containsExactlyInAnyOrder("origin", "größe");
        ByteBuffer read = ByteBuffer.allocate(value.length);
        attributes(marked).read("größe", read);
        assertThat(read.array()).isEqualTo(value);
        assertThat(attributes(plain).list()).isEmpty();

        Manifest before = target.capture();
        attributes(marked).delete("origin");
        attributes(plain).write("new", ByteBuffer.wrap(value));
        assertThat(target.capture()).as("a change of nothing but attributes").isNotEqualTo(before);
        target.apply("app", before, "r1", journal);
        assertThat(target.capture()).isEqualTo(before);
        assertThat(attributes(marked).list()).containsExactlyInAnyOrder("origin", "größe");
        assertThat(attributes(plain).list()).isEmpty();
    }

    /** What a target does not ask for any more, or not yet, is in nobody's way. */
    @Test
    void extendedAttributesThatAreNoLongerAskedFor() throws Exception {
        assumeGetfattr();
        Path file = file("marked", "x");
        attributes(file).write("origin", ByteBuffer.wrap(new byte[] {1}));
        Manifest with = new DirectoryTarget(root, new ManagedPaths(List.of(), List.of(), true), store).capture();
        assertThat(with.contentRoot()).isEqualTo(target.capture().contentRoot());
        assertThat(with.fullRoot()).isNotEqualTo(target.capture().fullRoot());

        assertThat(target.apply("app", with, "r1", journal).isEmpty()).isTrue();
        assertThat(attributes(file).list()).containsExactly("origin");
    }

    @Test
    void accessControlListsAndCapabilitiesAreRefusedWhereAttributesAreAskedFor() throws Exception {
        assumeGetfattr();
        Target asking = new DirectoryTarget(root, new ManagedPaths(List.of(), List.of("mine/**"), true), store);
        Path shared = file("conf/with space\nand line", "x");
        run("setfacl", "-m", "u:1:r", shared.toString());
        assertThatThrownBy(asking::capture)
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining(shared + " has an access control list, which cannot be kept");
        run("setfacl", "-b", shared.toString());
        run("setfacl", "-m", "u:1:r", file("mine/own", "not managed").toString());
        Manifest kept = asking.capture();
        assertThat(kept.files()).hasSize(1);

        attributes(shared.getParent()).write("origin", ByteBuffer.wrap(new byte[] {1}));
        assertThatThrownBy(asking::capture)
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("conf has the extended attribute user.origin");
        attributes(shared.getParent()).delete("origin");

        assumeTrue(Files.getAttribute(shared, "unix:uid").equals(0), "only root can give capabilities");
        run("setcap", "cap_net_bind_service=ep", shared.toString());
        assertThatThrownBy(asking::capture)
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("has file capabilities, which cannot be kept");
    }

    private void assumeGetfattr() throws Exception {
        assumeTrue(
                Files.getFileStore(root).supportsFileAttributeView(UserDefinedFileAttributeView.class),
                "the filesystem has no extended attributes");
        for (String tool : new String[] {"getfattr", "setfacl", "setcap"}) {
            assumeTrue(
                    Stream.of("/usr/bin/", "/usr/sbin/", "/bin/", "/sbin/")
                            .anyMatch(place -> Files.isExecutable(Path.of(place + tool))),
                    tool + " is not installed");
        }
    }

    private static void run(String... command) throws Exception {
        Process process = new ProcessBuilder(command).inheritIO().start();
        assertThat(process.waitFor()).as(String.join(" ", command)).isZero();
    }

    private static UserDefinedFileAttributeView attributes(Path file) {
        return Files.getFileAttributeView(file, UserDefinedFileAttributeView.class);
    }

    @Test
    void socketsAreRefused() throws IOException {
        // The path of a socket is short.
        Path place = Files.createTempDirectory("td");
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
                SnapshotStore own = SnapshotStore.open(directory.resolve("own"))) {
            server.bind(UnixDomainSocketAddress.of(place.resolve("s")));

            assertThatThrownBy(() -> own.capture(place, ManagedPaths.ALL))
                    .isInstanceOf(RefusedException.class)
                    .hasMessageContaining("socket")
                    .hasMessageContaining("exclude:");
        } finally {
            DurableFiles.deleteTree(place);
        }
    }

    @Test
    void devicesAreRefused() throws Exception {
        assumeTrue(Files.getAttribute(root, "unix:uid").equals(0), "only root can make devices");
        Path device = root.resolve("device");
        for (List<String> kind : List.of(List.of("c", "1", "3"), List.of("b", "7", "200"))) {
            List<String> mknod = new ArrayList<>(List.of("mknod", device.toString()));
            mknod.addAll(kind);
            assumeTrue(new ProcessBuilder(mknod).start().waitFor() == 0, "this root may not make devices");

            assertThatThrownBy(() -> target.capture())
                    .isInstanceOf(RefusedException.class)
                    .hasMessageContaining(device + " is a socket, pipe or device")
                    .hasMessageContaining("add 'device' to exclude:");
            assertThatThrownBy(() -> target.apply("app", Manifest.EMPTY, "r1", journal))
                    .isInstanceOf(RefusedException.class);
            assertThat(device).as("what was refused").exists();
            Target without = new DirectoryTarget(root, new ManagedPaths(List.of(), List.of("device")), store);
            assertThat(without.capture().isEmpty()).isTrue();
            Files.delete(device);
        }
    }

    @Test
    void unreadableFilesAreRefused() throws IOException {
        Path secret = file("secret", "x");
        Files.setAttribute(secret, "unix:mode", 0);
        assumeFalse(Files.isReadable(secret), "root reads everything");

        assertThatThrownBy(() -> target.capture())
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining(secret.toString())
                .hasMessageContaining("cannot be read by user");
    }
}
