package io.jenkins.plugins.transparentdeploy.engine.snapshot;

import io.jenkins.plugins.transparentdeploy.engine.storage.DurableFiles;
import io.jenkins.plugins.transparentdeploy.engine.storage.Sha256;
import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.DigestOutputStream;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;

/** Gathers what a scan finds, and replaces an index by that if it differs. Directories may be added by several threads. */
final class StatIndexWriter {
    /** Stands for a directory that is as it was, so that it takes no memory twice. */
    private static final byte[] AS_BEFORE = new byte[0];

    private final StatIndex before;
    private final Map<String, byte[]> directories = new ConcurrentHashMap<>();
    private final AtomicBoolean changed = new AtomicBoolean();
    private final AtomicBoolean incomplete = new AtomicBoolean();

    StatIndexWriter(StatIndex before) {
        this.before = before;
    }

    /** Adds what was found in a directory. @param was what the index said about it */
    void add(String path, StatIndex.NewDirectory found, StatIndex.Directory was) {
        if (!found.isComplete()) {
            incomplete.set(true);
        }
        byte[] bytes = found.bytes();
        boolean known = before.directories().containsKey(path);
        if (known && ByteBuffer.wrap(bytes).equals(was.bytes())) {
            directories.put(path, AS_BEFORE);
        } else {
            directories.put(path, bytes);
            changed.set(true);
        }
    }

    /** Forgets what was added, for another attempt. */
    void clear() {
        directories.clear();
        changed.set(false);
        incomplete.set(false);
    }

    /** Whether the tree surely is what it was: everything in it is remembered, and nothing else was. */
    boolean isUnchanged() {
        return isSame() && !incomplete.get() && before.manifest().isPresent();
    }

    private boolean isSame() {
        return !changed.get() && directories.size() == before.directories().size();
    }

    /**
     * Replaces the file, if it is not the same. Not synced: a torn index is an unreadable one.
     *
     * @param manifest what the tree is now
     * @param bundles those with all that is remembered; empty if some of it may not be stored
     */
    void save(Path file, Path temporary, Manifest manifest, Optional<Set<String>> bundles) throws IOException {
        boolean same = isSame() && incomplete.get() != before.manifest().isPresent();
        // A scan that hashed nothing new does not make what is stored less so.
        Optional<Set<String>> named = same && bundles.isEmpty() ? before.bundles() : bundles;
        if (same && named.isPresent() == before.bundles().isPresent() && stillNamed(named)) {
            return;
        }
        DigestOutputStream digested = new DigestOutputStream(
                new BufferedOutputStream(
                        Files.newOutputStream(temporary, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW)),
                Sha256.newDigest());
        try (DataOutputStream out = new DataOutputStream(digested)) {
            out.writeInt(StatIndex.MAGIC);
            out.write(incomplete.get() ? new byte[2 * ContentId.BYTES] : identityOf(manifest));
            writeNames(out, named);
            out.writeInt(directories.size());
            for (Map.Entry<String, byte[]> directory : directories.entrySet()) {
                writeString(out, directory.getKey());
                byte[] bytes =
                        directory.getValue() == AS_BEFORE ? bytesBefore(directory.getKey()) : directory.getValue();
                out.writeInt(bytes.length);
                out.write(bytes);
            }
            byte[] digest = digested.getMessageDigest().digest();
            digested.on(false);
            out.write(digest);
        }
        DurableFiles.rename(temporary, file);
    }

    /** Whether what the file names is part of what is to be named: then it says nothing wrong. */
    private boolean stillNamed(Optional<Set<String>> named) {
        return named.isEmpty() || named.get().containsAll(before.bundles().orElseThrow());
    }

    private byte[] bytesBefore(String path) {
        ByteBuffer bytes = before.directories().get(path).duplicate();
        byte[] copy = new byte[bytes.remaining()];
        bytes.get(copy);
        return copy;
    }

    private static byte[] identityOf(Manifest manifest) {
        ByteBuffer bytes = ByteBuffer.allocate(2 * ContentId.BYTES);
        manifest.id().writeTo(bytes);
        new ContentId(manifest.contentRoot().hex()).writeTo(bytes);
        return bytes.array();
    }

    private static void writeNames(DataOutputStream out, Optional<Set<String>> names) throws IOException {
        out.writeInt(names.map(Set::size).orElse(-1));
        for (String name : names.orElse(Set.of())) {
            writeString(out, name);
        }
    }

    private static void writeString(DataOutputStream out, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        out.writeShort(bytes.length);
        out.write(bytes);
    }
}
