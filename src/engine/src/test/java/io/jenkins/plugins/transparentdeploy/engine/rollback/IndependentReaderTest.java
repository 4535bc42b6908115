package io.jenkins.plugins.transparentdeploy.engine.rollback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.jenkins.plugins.transparentdeploy.engine.Json;
import io.jenkins.plugins.transparentdeploy.engine.release.ManagedEnvironment;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseRecord;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.ManagedPaths;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.Manifest;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.SnapshotStore;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
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

    private Path reader;
    private Path environmentDirectory;
    private Workshop workshop;
    private ReleaseRecord second;
    private String head;
    private Manifest live;

    /** Two releases with a bit of everything, and the way back. */
    @BeforeEach
    void release() throws Exception {
        assumeTrue(isInstalled("python3") && isInstalled("zstd"), "needs python3 and zstd");
        reader = directory.resolve("independent-reader.py");
        try (InputStream script = getClass()
                .getResourceAsStream("/io/jenkins/plugins/transparentdeploy/engine/release/independent-reader.py")) {
            Files.copy(script, reader, StandardCopyOption.REPLACE_EXISTING);
        }
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
        Outcome outcome = read(second, written);

        assertThat(outcome.exitCode()).as(outcome.err()).isZero();
        JsonNode found = Json.MAPPER.readTree(outcome.out());
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
        Outcome outcome = read(back, directory.resolve("written"));

        assertThat(outcome.exitCode()).as(outcome.err()).isZero();
        JsonNode found = Json.MAPPER.readTree(outcome.out());
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
        Files.writeString(segment, Files.readString(segment).replaceFirst("conf/gone", "conf/gane"));

        Outcome outcome = read(second, directory.resolve("written"));
        assertThat(outcome.exitCode()).isEqualTo(1);
        assertThat(outcome.err()).contains(" does not match its hash");
    }

    @Test
    void findsAReleaseRecordAndAnObjectThatWereTamperedWith() throws Exception {
        Path record = environmentDirectory
                .resolve("releases")
                .resolve(second.id().value())
                .resolve("release.json");
        String text = Files.readString(record);
        Files.writeString(record, text.replace("\"SUCCEEDED\"", "\"ABANDONED\""));
        assertThat(read(second, directory.resolve("first try")).err()).contains("does not match its seal");
        Files.writeString(record, text);

        try (Stream<Path> bundles = Files.list(directory.resolve("state/store/bundles"))) {
            for (Path bundle : (Iterable<Path>) bundles::iterator) {
                byte[] bytes = Files.readAllBytes(bundle);
                bytes[bytes.length / 2] ^= 1;
                Files.write(bundle, bytes);
            }
        }
        Outcome outcome = read(second, directory.resolve("second try"));
        assertThat(outcome.exitCode()).isEqualTo(1);
        assertThat(outcome.err()).containsPattern("is not what its id says|damaged|was changed");
    }

    private record Outcome(int exitCode, String out, String err) {}

    private Outcome read(ReleaseRecord release, Path into) throws IOException, InterruptedException {
        Path out = directory.resolve("out");
        Path err = directory.resolve("err");
        ProcessBuilder builder = new ProcessBuilder(
                        "python3",
                        reader.toString(),
                        directory.resolve("state/store").toString(),
                        environmentDirectory.toString(),
                        release.id().value(),
                        into.toString())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile());
        builder.environment().put("LC_ALL", "C.UTF-8");
        Process process = builder.start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return new Outcome(process.exitValue(), Files.readString(out), Files.readString(err));
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

    private static boolean isInstalled(String program) {
        return Stream.of(System.getenv("PATH").split(":"))
                .anyMatch(place -> Files.isExecutable(Path.of(place, program)));
    }
}
