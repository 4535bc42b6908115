package io.jenkins.plugins.transparentdeploy.engine.release;

import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import io.jenkins.plugins.transparentdeploy.engine.journal.Segment;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.Manifest;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.PackWriter;
import io.jenkins.plugins.transparentdeploy.engine.storage.DurableFiles;
import io.jenkins.plugins.transparentdeploy.engine.storage.SealedJson;
import io.jenkins.plugins.transparentdeploy.engine.storage.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.DigestOutputStream;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Completes the directory of a release's records with what else belongs to a self-contained archive: its part of the
 * journal, and, when somebody's public key is given, an encrypted pack of the content before and after.
 */
public final class ReleaseArchive {
    private static final String PACK = "content.pack";
    private static final String DIGEST = PACK + ".sha256";

    private final ManagedEnvironment environment;

    public ReleaseArchive(ManagedEnvironment environment) {
        this.environment = environment;
    }

    /**
     * Completes it. Idempotent; a pack that is there stays as it is, unless it is damaged.
     *
     * @param recipient public key (X.509, Base64) to encrypt the pack for; without it none is made
     * @return the directory with the records
     */
    public Path complete(ReleaseRecord record, Optional<String> recipient) throws IOException {
        Path directory = environment.directory().release(record.id());
        DurableFiles.createDirectories(directory);
        Path segments = directory.resolve("journal.jsonl.tmp");
        try (OutputStream out = Files.newOutputStream(segments)) {
            for (Segment segment : environment.journal().segments()) {
                if (segment.releaseId().equals(record.id().value())) {
                    Files.copy(segment.file(), out);
                }
            }
        }
        DurableFiles.fsyncFile(segments);
        DurableFiles.moveInto(segments, directory.resolve("journal.jsonl"));
        Optional<ReleaseRecord> parent = parent(record);
        if (parent.isPresent()) {
            SealedJson.write(directory.resolve("parent.json"), parent.get());
        }
        Path pack = directory.resolve(PACK);
        if (recipient.isPresent() && !isThere(pack)) {
            writePack(record, publicKey(recipient.get()), pack);
        }
        return directory;
    }

    /** The release before it, whose content a rollback on another host would bring back. */
    private Optional<ReleaseRecord> parent(ReleaseRecord record) throws IOException {
        Optional<ReleaseRecord> live = record.parent().isPresent()
                ? environment.history().find(record.parent().get())
                : Optional.empty();
        return live.isPresent() ? Optional.of(environment.history().content(live.get())) : live;
    }

    /** Beside the pack comes its digest, as {@code sha256sum} writes it: so who has no key can tell whether it is whole. */
    private void writePack(ReleaseRecord record, PublicKey key, Path pack) throws IOException {
        Path partial = pack.resolveSibling(PACK + ".tmp");
        ManagedInstance any = environment.instances().get(0);
        MessageDigest digest = Sha256.newDigest();
        try (OutputStream out = new DigestOutputStream(Files.newOutputStream(partial), digest)) {
            PackWriter.write(out, manifests(record), any.store(), key);
        }
        DurableFiles.fsyncFile(partial);
        DurableFiles.write(pack.resolveSibling(DIGEST), line(digest));
        DurableFiles.moveInto(partial, pack);
    }

    private static String line(MessageDigest digest) {
        return Sha256.spell(digest.digest()) + "  " + PACK + "\n";
    }

    /** Whether there is one that is what it was; earlier versions wrote no digest. */
    private static boolean isThere(Path pack) throws IOException {
        Path written = pack.resolveSibling(DIGEST);
        if (!Files.exists(pack) || !Files.exists(written)) {
            return Files.exists(pack);
        }
        MessageDigest digest = Sha256.newDigest();
        try (InputStream in = new DigestInputStream(Files.newInputStream(pack), digest)) {
            in.transferTo(OutputStream.nullOutputStream());
        }
        return Arrays.equals(Files.readAllBytes(written), line(digest).getBytes(StandardCharsets.UTF_8));
    }

    private List<Manifest> manifests(ReleaseRecord record) throws IOException {
        Set<InstanceState> states = new LinkedHashSet<>(record.instances().values());
        record.content().ifPresent(states::add);
        parent(record).ifPresent(parent -> states.addAll(parent.instances().values()));
        if (record.before().isPresent()) {
            environment
                    .history()
                    .rollbackPoint(record.before().get())
                    .ifPresent(point -> states.addAll(point.instances().values()));
        }
        List<Manifest> manifests = new ArrayList<>();
        for (InstanceState state : states) {
            manifests.add(environment.instances().get(0).manifest(state));
        }
        return manifests;
    }

    /**
     * Refuses a recipient that no pack could be encrypted for, before there is anything to encrypt.
     *
     * @throws RefusedException when it is not an RSA public key
     */
    public static void requireRecipient(String base64) {
        publicKey(base64);
    }

    private static PublicKey publicKey(String base64) {
        try {
            return KeyFactory.getInstance("RSA")
                    .generatePublic(new X509EncodedKeySpec(Base64.getDecoder().decode(base64)));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new RefusedException(
                    "The pack's recipient is not an RSA public key", "Give it as Base64 of its X.509 form", e);
        }
    }
}
