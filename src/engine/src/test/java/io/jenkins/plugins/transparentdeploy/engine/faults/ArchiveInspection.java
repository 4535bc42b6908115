package io.jenkins.plugins.transparentdeploy.engine.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.transparentdeploy.engine.CorruptStateException;
import io.jenkins.plugins.transparentdeploy.engine.Json;
import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import io.jenkins.plugins.transparentdeploy.engine.journal.JournalFiles;
import io.jenkins.plugins.transparentdeploy.engine.journal.Segment;
import io.jenkins.plugins.transparentdeploy.engine.release.InstanceState;
import io.jenkins.plugins.transparentdeploy.engine.release.ManagedEnvironment;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseRecord;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseRecords;
import io.jenkins.plugins.transparentdeploy.engine.rollback.Workshop;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.FileEntry;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.Manifest;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.PackReader;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.SnapshotStore;
import io.jenkins.plugins.transparentdeploy.engine.storage.Sha256;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.util.Base64;
import java.util.HashSet;
import java.util.Set;

/** Looks at the archive of a release as those do for whom it is: with the key, and without. */
final class ArchiveInspection {
    private static final String PRIVATE = "keys/private";
    private static final String PUBLIC = "keys/public";

    private final Workshop workshop;
    private final ManagedEnvironment environment;
    private final ReleaseRecord record;
    private final Path archive;
    private final Path pack;

    ArchiveInspection(Workshop workshop, ManagedEnvironment environment) throws IOException {
        this.workshop = workshop;
        this.environment = environment;
        this.record = environment.history().live().orElseThrow();
        this.archive = environment.directory().release(record.id());
        this.pack = archive.resolve("content.pack");
    }

    /** In the world: another process is to write for the same recipient. */
    static void makeKeys(Workshop workshop) throws IOException {
        KeyPair keys;
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(2048);
            keys = generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
        workshop.write(
                "",
                PRIVATE,
                Base64.getEncoder().encodeToString(keys.getPrivate().getEncoded()),
                PUBLIC,
                Base64.getEncoder().encodeToString(keys.getPublic().getEncoded()));
    }

    static String recipient(Workshop workshop) throws IOException {
        return Files.readString(workshop.path(PUBLIC));
    }

    /** A pack under its final name is whole; there may be none yet. */
    void requireWholeIfThere() throws IOException {
        if (Files.exists(pack)) {
            assertThat(fitsItsDigest())
                    .as("whether the pack is what its digest says")
                    .isTrue();
            readPack();
        }
    }

    /** All that belongs to the archive is there. */
    void requireComplete() throws IOException {
        assertThat(pack).exists();
        requireWholeIfThere();
        ByteArrayOutputStream journal = new ByteArrayOutputStream();
        for (Segment segment : JournalFiles.segments(environment.directory().journal())) {
            if (segment.releaseId().equals(record.id().value())) {
                Files.copy(segment.file(), journal);
            }
        }
        assertThat(archive.resolve("journal.jsonl")).hasBinaryContent(journal.toByteArray());
        ReleaseRecord parent =
                Json.MAPPER.readValue(Files.readAllBytes(archive.resolve("parent.json")), ReleaseRecord.class);
        assertThat(parent.id()).isEqualTo(record.parent().orElseThrow());
    }

    /** Whether something in it was damaged; who has the key finds that, and so does who has none. */
    boolean isDamaged() throws IOException {
        if (!Files.exists(pack)) {
            return false;
        }
        boolean fits = fitsItsDigest();
        try {
            readPack();
        } catch (CorruptStateException | RefusedException said) {
            Inspection.requireProblemAndCure(said);
            assertThat(fits)
                    .as("what 'sha256sum -c' says of a pack that cannot be read")
                    .isFalse();
        }
        return !fits;
    }

    private boolean fitsItsDigest() throws IOException {
        byte[] expected = Files.readAllBytes(archive.resolve("content.pack.sha256"));
        String found = Sha256.of(Files.readAllBytes(pack)) + "  content.pack\n";
        return found.equals(new String(expected, StandardCharsets.ISO_8859_1));
    }

    /** On a host that has nothing. */
    private void readPack() throws IOException {
        try (SnapshotStore elsewhere = SnapshotStore.open(workshop.path("another-host/store"));
                InputStream in = Files.newInputStream(pack)) {
            PackReader.read(in, ReleaseRecords.packKey(workshop.path(PRIVATE)), elsewhere);
            Set<InstanceState> states = new HashSet<>(record.instances().values());
            record.content().ifPresent(states::add);
            environment
                    .history()
                    .find(record.parent().orElseThrow())
                    .ifPresent(parent -> states.addAll(parent.instances().values()));
            for (InstanceState state : states) {
                requireContent(elsewhere, state);
            }
        }
    }

    private static void requireContent(SnapshotStore elsewhere, InstanceState state) throws IOException {
        Manifest manifest = elsewhere.load(state.manifest());
        assertThat(manifest.contentRoot()).as("what the pack brought").isEqualTo(state.contentRoot());
        for (FileEntry file : manifest.files()) {
            elsewhere.objects().verify(file.content());
        }
    }
}
