package io.jenkins.plugins.transparentdeploy.engine.rollback;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.transparentdeploy.engine.release.ManagedEnvironment;
import io.jenkins.plugins.transparentdeploy.engine.release.RecordScrub;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseArchive;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseRecord;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.ContentId;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.PackReader;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.SnapshotStore;
import io.jenkins.plugins.transparentdeploy.engine.storage.BitFlips;
import io.jenkins.plugins.transparentdeploy.engine.storage.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What lies beside a build once its release is over. */
class ReleaseArchiveTest {
    @TempDir
    private Path temporary;

    private Workshop workshop;
    private KeyPair keys;
    private ReleaseRecord record;

    @BeforeEach
    void aRelease() throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2048);
        keys = generator.generateKeyPair();
        workshop = new Workshop(temporary).with("target: {directory: @root@/live}\n");
        Files.createDirectories(workshop.path("live"));
        for (String version : List.of("1", "2")) {
            Path artifact = workshop.write("v" + version, "app", version);
            try (ManagedEnvironment environment = workshop.open()) {
                record = new AutoRollback(environment).run(artifact, Workshop.request(version));
            }
        }
    }

    private Path complete() throws IOException {
        try (ManagedEnvironment environment = workshop.open()) {
            return new ReleaseArchive(environment)
                    .complete(
                            record,
                            Optional.of(Base64.getEncoder()
                                    .encodeToString(keys.getPublic().getEncoded())));
        }
    }

    @Test
    void aPackIsWrittenOnceAndAgainWhenItIsDamaged() throws Exception {
        Path archive = complete();
        Path pack = archive.resolve("content.pack");
        byte[] whole = Files.readAllBytes(pack);
        complete();
        assertThat(pack).hasBinaryContent(whole);

        byte[] damaged = whole.clone();
        damaged[whole.length / 2] ^= 1;
        Files.write(pack, damaged);
        complete();
        requireWhole(archive);

        whole = Files.readAllBytes(pack);
        Files.delete(archive.resolve("content.pack.sha256"));
        complete();
        assertThat(pack).as("of a version that wrote no digest").hasBinaryContent(whole);
    }

    @Test
    void theReleaseBeforeIsSealed() throws Exception {
        Path parent = complete().resolve("parent.json");
        int at = Files.readString(parent).indexOf("\"version\" : \"1\"");
        try (ManagedEnvironment environment = workshop.open()) {
            assertThat(RecordScrub.damaged(environment.directory())).isEmpty();
            BitFlips.each(parent, at, at + 15, damage -> assertThat(RecordScrub.damaged(environment.directory()))
                    .as(damage)
                    .singleElement()
                    .asString()
                    .contains(parent.toString()));
        }
    }

    @Test
    void aPackCanBeCheckedWithoutTheKeyAndReadWithIt() throws Exception {
        requireWhole(complete());
    }

    private void requireWhole(Path archive) throws Exception {
        Path pack = archive.resolve("content.pack");
        assertThat(archive.resolve("content.pack.sha256"))
                .hasContent(Sha256.of(Files.readAllBytes(pack)) + "  content.pack\n");
        Process check = new ProcessBuilder("sha256sum", "--check", "--status", "content.pack.sha256")
                .directory(archive.toFile())
                .start();
        assertThat(check.waitFor()).isZero();
        try (SnapshotStore elsewhere = SnapshotStore.open(temporary.resolve("elsewhere"));
                InputStream in = Files.newInputStream(pack)) {
            List<ContentId> manifests = PackReader.read(in, keys.getPrivate(), elsewhere);
            assertThat(manifests)
                    .contains(record.instances().values().iterator().next().manifest());
            assertThat(elsewhere.load(manifests.get(0)).find("app")).isPresent();
        }
    }
}
