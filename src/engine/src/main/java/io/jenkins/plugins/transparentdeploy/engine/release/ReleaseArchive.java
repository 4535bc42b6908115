package io.jenkins.plugins.transparentdeploy.engine.release;

import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import io.jenkins.plugins.transparentdeploy.engine.journal.Segment;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.Manifest;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.PackWriter;
import io.jenkins.plugins.transparentdeploy.engine.storage.DurableFiles;
import io.jenkins.plugins.transparentdeploy.engine.storage.Sha256;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.ArrayList;
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
    private final ManagedEnvironment environment;

    public ReleaseArchive(ManagedEnvironment environment) {
        this.environment = environment;
    }

    /**
     * Completes it. Idempotent.
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
            ReleaseHistory.writeJson(directory.resolve("parent.json"), parent.get());
        }
        Path pack = directory.resolve("content.pack");
        if (recipient.isPresent() && !Files.exists(pack)) {
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
        Path partial = pack.resolveSibling("content.pack.tmp");
        ManagedInstance any = environment.instances().get(0);
        MessageDigest digest = Sha256.newDigest();
        try (OutputStream out = new DigestOutputStream(Files.newOutputStream(partial), digest)) {
            PackWriter.write(out, manifests(record), any.store(), key);
        }
        DurableFiles.fsyncFile(partial);
        DurableFiles.write(
                pack.resolveSibling("content.pack.sha256"),
                Sha256.spell(digest.digest()) + "  " + pack.getFileName() + "\n");
        DurableFiles.moveInto(partial, pack);
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
