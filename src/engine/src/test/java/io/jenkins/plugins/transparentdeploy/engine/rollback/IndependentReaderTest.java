package io.jenkins.plugins.transparentdeploy.engine.rollback;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.jenkins.plugins.transparentdeploy.engine.release.ManagedEnvironment;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseArchive;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseRecord;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.ManagedPaths;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.Manifest;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.SnapshotStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What is on disk is what docs/design.md says: a reader that was written from that page, in another language, reads what the
 * engine wrote, and finds what was changed.
 */
class IndependentReaderTest {
    private static final int LARGER_THAN_A_CHUNK = 3_000_000;

    @TempDir
    private Path directory;

    private IndependentReader reader;
    private Path environmentDirectory;
    private Workshop workshop;
    private ReleaseRecord second;
    private String head;
    private Manifest live;

    /** Two releases with a bit of everything. */
    @BeforeEach
    void release() throws Exception {
        reader = IndependentReader.in(directory);
        workshop = new Workshop(directory).with("target: {directory: @root@/live, exclude: [\"*.pid\"]}");
        Files.createDirectories(workshop.path("live"));
        workshop.write("v1", "app.jar", noise(1), "conf/gone", "x", "turns", "a file", "same", "same");
        Path build = workshop.write(
                "v2", "app.jar", noise(1) + noise(2), "conf/größe 日本", "y", "turns/into", "t", "same", "same");
        workshop.write("v2", "bin/run", "#!/bin/sh\n", "empty", "");
        Files.createDirectories(build.resolve("nothing/in/it"));
        Files.createSymbolicLink(build.resolve("latest"), Path.of("bin/run"));
        Files.setPosixFilePermissions(build.resolve("bin/run"), PosixFilePermissions.fromString("rwxr-x--x"));
        Files.setPosixFilePermissions(build.resolve("bin"), PosixFilePermissions.fromString("r-xr-xr-x"));
        Files.setLastModifiedTime(
                build.resolve("empty"), FileTime.from(Instant.parse("1999-12-31T23:59:59.000000001Z")));
        deploy("1");
        Files.writeString(workshop.path("live/app.pid"), "42");
        second = deploy("2");
        try (ManagedEnvironment environment = workshop.open()) {
            live = environment.instances().get(0).target().capture();
            environmentDirectory = environment.directory().root();
            head = environment.journal().head().hash();
        }
    }

    @Test
    void findsTheChainTheRootsAndTheFiles() throws Exception {
        Path written = directory.resolve("written");
        JsonNode found = read(second, written);

        assertThat(found.path("head").asText()).isEqualTo(head);
        assertThat(found.path("state").asText()).isEqualTo("SUCCEEDED");
        assertThat(found.path("contentRoot").asText())
                .isEqualTo(live.contentRoot().hex());
        assertThat(found.path("fullRoot").asText())
                .isEqualTo(live.withoutOwners().fullRoot().hex());
        assertThat(found.path("replayed").asText())
                .as("what the journal adds up to")
                .isEqualTo(live.contentRoot().hex());
        try (SnapshotStore own = SnapshotStore.open(directory.resolve("own"))) {
            assertThat(own.capture(written, ManagedPaths.ALL).withoutOwners()).isEqualTo(live.withoutOwners());
        }
    }

    @Test
    void followsARollback() throws Exception {
        ReleaseRecord back;
        try (ManagedEnvironment environment = workshop.open()) {
            back = new Rollback(environment).to("previous", Workshop.request(""));
            live = environment.instances().get(0).target().capture();
        }
        JsonNode found = read(back, directory.resolve("written"));

        assertThat(found.path("state").asText()).isEqualTo("ROLLED_BACK");
        assertThat(found.path("replayed").asText()).isEqualTo(live.contentRoot().hex());
    }

    @Test
    void findsARecordThatWasTamperedWith() throws Exception {
        Path segment;
        try (Stream<Path> files = Files.list(environmentDirectory.resolve("journal"))) {
            segment = files.filter(file -> file.getFileName().toString().startsWith("000001"))
                    .findFirst()
                    .orElseThrow();
        }
        replace(segment, "conf/gone", "conf/gane");

        assertThat(complains(second, directory.resolve("written"))).contains(" does not match its hash");
    }

    @Test
    void findsAReleaseARollbackPointAndAnObjectThatWereTamperedWith() throws Exception {
        Path release =
                environmentDirectory.resolve("releases").resolve(second.id().value());
        List<Path> records = List.of(
                release.resolve("release.json"),
                release.resolve("rollback-point.json"),
                environmentDirectory
                        .resolve("rollback-points")
                        .resolve(second.before().orElseThrow() + ".json"));
        for (Path record : records) {
            String text = Files.readString(record);
            replace(record, "\"contentRoot\" : \"", "\"contentRoot\" :  \"");
            assertThat(complains(second, directory.resolve("before " + record.getFileName())))
                    .contains(record + " does not match its seal");
            Files.writeString(record, text);
        }

        try (Stream<Path> bundles = Files.list(directory.resolve("state/store/bundles"))) {
            for (Path bundle : (Iterable<Path>) bundles::iterator) {
                flip(bundle);
            }
        }
        assertThat(complains(second, directory.resolve("last try")))
                .containsPattern("is not what its id says|damaged|was changed");
    }

    @Test
    void readsObjectsOfTheFirstVersionThatHaveAFileEach() throws Exception {
        Path old = directory.resolve("old store");
        Path data = Path.of(SnapshotStore.class.getResource("v1/objects").toURI());
        try (Stream<Path> files = Files.walk(data)) {
            for (Path file : (Iterable<Path>) files.filter(Files::isRegularFile)::iterator) {
                Path copy = old.resolve("objects").resolve(data.relativize(file));
                Files.createDirectories(copy.getParent());
                Files.copy(file, copy);
            }
        }
        String manifest = "9ffa7980a0a1427c6722b05ef86fad7c1529903f348f47fbef34b3ab6e827a42";

        JsonNode found = reader.reads("manifest", old, manifest);
        // As SnapshotStoreTest has them, too.
        assertThat(found.path("contentRoot").asText())
                .isEqualTo("16b6fe4f5e073174f7265ef062620b7256bac2969f04bfde7888f584ec5f1473");
        assertThat(found.path("fullRoot").asText())
                .isEqualTo("742e0efb24cd8d0b96311fc2628748368b5fccab7545ed9c5c9d01d3915f9b11");

        String content = "0260d19fbca14ddcdb296d0c454e6d019d2b113824174a213f536dafaa12ebe6";
        Files.delete(old.resolve("objects/02").resolve(content.substring(2)));
        assertThat(reader.complains("manifest", old, manifest)).contains(content + " is missing");
    }

    @Test
    void readsWhatIsRememberedOfATree() throws Exception {
        Path tree = workshop.write("tree", "a", "one", "d/b", "two", "d/größe 日本", "");
        Files.createSymbolicLink(tree.resolve("d/link"), Path.of("b"));
        for (boolean attributes : new boolean[] {false, true}) {
            ManagedPaths managed = new ManagedPaths(List.of(), List.of(), attributes);
            Object[] question = attributes
                    ? new Object[] {"index", directory.resolve("own"), tree, "attributes"}
                    : new Object[] {"index", directory.resolve("own"), tree};
            Manifest manifest;
            try (SnapshotStore own = SnapshotStore.open(directory.resolve("own"))) {
                Files.setLastModifiedTime(
                        tree.resolve("a"), FileTime.from(Instant.now().plus(Duration.ofHours(1))));
                own.capture(tree, managed);
                JsonNode young = reader.reads(question);
                assertThat(young.path("remembered").toString()).doesNotContain("\"a\"");
                assertThat(young.path("manifest").asText()).as("a is too young").isEqualTo("0".repeat(64));
                Files.setLastModifiedTime(tree.resolve("a"), FileTime.from(Instant.parse("2020-01-01T00:00:00Z")));
                manifest = own.capture(tree, managed);
                Awaitility.await().atMost(Duration.ofSeconds(10)).until(() -> {
                    own.capture(tree, managed);
                    return reader.reads(question).path("remembered").size() == 5;
                });
            }
            JsonNode found = reader.reads(question);
            assertThat(found.path("manifest").asText()).isEqualTo(manifest.id().hex());
            assertThat(found.path("contentRoot").asText())
                    .isEqualTo(manifest.contentRoot().hex());
            assertThat(found.path("stored").asBoolean()).isTrue();
        }
        try (Stream<Path> indexes = Files.list(directory.resolve("own/index"))) {
            for (Path index : (Iterable<Path>) indexes::iterator) {
                flip(index);
            }
        }
        assertThat(reader.complains("index", directory.resolve("own"), tree)).contains("does not match its digest");
    }

    @Test
    void readsAPackWithTheKeyAndChecksItWithout() throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2048);
        KeyPair keys = generator.generateKeyPair();
        Path key = Files.write(directory.resolve("key.der"), keys.getPrivate().getEncoded());
        Path archive;
        try (ManagedEnvironment environment = workshop.open()) {
            String recipient =
                    Base64.getEncoder().encodeToString(keys.getPublic().getEncoded());
            archive = new ReleaseArchive(environment).complete(second, Optional.of(recipient));
        }
        Path pack = archive.resolve("content.pack");

        JsonNode opened = reader.reads("pack", pack, key);
        assertThat(opened.path("chunks").asInt()).as("more than one").isGreaterThan(1);
        assertThat(opened.path("manifests")
                        .path(second.instances().get("shop").manifest().hex())
                        .asText())
                .isEqualTo(live.contentRoot().hex());
        assertThat(reader.reads("pack", pack)).isEqualTo(without(opened, "manifests", "objects"));
        assertThat(read(second, directory.resolve("written")).path("state").asText())
                .as("with journal.jsonl")
                .isEqualTo("SUCCEEDED");

        flip(pack);
        assertThat(reader.complains("pack", pack)).contains("does not match its digest");
        Files.delete(archive.resolve("content.pack.sha256"));
        assertThat(reader.complains("pack", pack, key)).containsPattern("the chunk \\d+ of the pack was changed");
        Path first = Path.of(SnapshotStore.class.getResource("v1/v1.pack").toURI());
        assertThat(reader.complains("pack", first, key)).contains("for another key");
        Path firstKey = Path.of(SnapshotStore.class.getResource("v1/key.pkcs8").toURI());
        assertThat(reader.reads("pack", first, firstKey).path("manifests").size())
                .isPositive();
    }

    private static JsonNode without(JsonNode json, String... members) {
        return ((ObjectNode) json.deepCopy()).remove(List.of(members));
    }

    private JsonNode read(ReleaseRecord release, Path into) throws IOException, InterruptedException {
        return reader.reads("release", directory.resolve("state/store"), environmentDirectory, release.id(), into);
    }

    private String complains(ReleaseRecord release, Path into) throws IOException, InterruptedException {
        return reader.complains("release", directory.resolve("state/store"), environmentDirectory, release.id(), into);
    }

    private static void replace(Path file, String what, String by) throws IOException {
        String text = Files.readString(file);
        assertThat(text).contains(what);
        Files.writeString(file, text.replaceFirst(what, by));
    }

    private static void flip(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length / 2] ^= 1;
        Files.write(file, bytes);
    }

    private ReleaseRecord deploy(String version) throws IOException {
        try (ManagedEnvironment environment = workshop.open()) {
            return new AutoRollback(environment).deploy(workshop.path("v" + version), Workshop.request(version), false);
        }
    }

    /** Text that does not compress well, of several chunks. */
    private static String noise(int seed) {
        byte[] bytes = new byte[LARGER_THAN_A_CHUNK];
        new Random(seed).nextBytes(bytes);
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (' ' + (bytes[i] & 63));
        }
        return new String(bytes, StandardCharsets.US_ASCII);
    }
}
