package io.jenkins.plugins.transparentdeploy.engine.rollback;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.transparentdeploy.engine.release.ManagedEnvironment;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseArchive;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseRecord;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.ContentId;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.PackReader;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.SnapshotStore;
import io.jenkins.plugins.transparentdeploy.engine.storage.Sha256;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What lies beside a build once its release is over. */
class ReleaseArchiveTest {
    @TempDir
    private Path temporary;

    @Test
    void aPackCanBeCheckedWithoutTheKeyAndReadWithIt() throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2048);
        KeyPair keys = generator.generateKeyPair();
        Workshop workshop = new Workshop(temporary).with("target: {directory: @root@/live}\n");
        Files.createDirectories(workshop.path("live"));
        Path artifact = workshop.write("v1", "app", "one");
        Path archive;
        ReleaseRecord record;
        try (ManagedEnvironment environment = workshop.open()) {
            record = new AutoRollback(environment).run(artifact, Workshop.request("1"));
            archive = new ReleaseArchive(environment)
                    .complete(
                            record,
                            Optional.of(Base64.getEncoder()
                                    .encodeToString(keys.getPublic().getEncoded())));
        }

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
