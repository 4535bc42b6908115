package io.jenkins.plugins.transparentdeploy.engine.snapshot;

import io.jenkins.plugins.transparentdeploy.engine.storage.DurableFiles;
import io.jenkins.plugins.transparentdeploy.engine.storage.Sha256;
import io.jenkins.plugins.transparentdeploy.engine.storage.Spool;
import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.DigestOutputStream;
import java.util.BitSet;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * Gathers what a scan finds, and replaces an index by that if it differs. Of a directory that is as it was it only notes that;
 * others are spooled. Directories may be added by several threads.
 */
final class StatIndexWriter implements Closeable {
    private final StatIndex before;
    /** Numbers of directories that are as they were. */
    private BitSet same = new BitSet();

    private Spool others = new Spool();
    private int otherCount;
    private boolean incomplete;

    StatIndexWriter(StatIndex before) {
        this.before = before;
    }

    /** Adds what was found in a directory, or a piece of it. @param was what the index said about it */
    void add(String path, StatIndex.NewDirectory found, StatIndex.Directory was) throws IOException {
        OptionalInt known = was.pieceLike(found);
        ByteSink record = known.isPresent() ? null : found.record(path);
        synchronized (this) {
            incomplete |= !found.isComplete();
            if (known.isPresent()) {
                same.set(known.getAsInt());
            } else {
                others.append(record.bytes(), 0, record.length());
                otherCount++;
            }
        }
    }

    /** Forgets what was added, for another attempt. */
    synchronized void clear() throws IOException {
        others.close();
        same = new BitSet();
        others = new Spool();
        otherCount = 0;
        incomplete = false;
    }

    /** Whether the tree surely is what it was: everything in it is remembered, and nothing else was. */
    synchronized boolean isUnchanged() {
        return isSame() && !incomplete && before.manifest().isPresent();
    }

    private synchronized boolean isSame() {
        return otherCount == 0 && same.cardinality() == before.size();
    }

    /**
     * Replaces the file, if it is not the same. Not synced: a torn index is an unreadable one.
     *
     * @param manifest what the tree is now
     * @param bundles those with all that is remembered; empty if some of it may not be stored
     */
    synchronized void save(Path file, Path temporary, Manifest manifest, Optional<Set<String>> bundles)
            throws IOException {
        boolean unchanged = isSame() && incomplete != before.manifest().isPresent();
        // A scan that hashed nothing new does not make what is stored less so.
        Optional<Set<String>> named = unchanged && bundles.isEmpty() ? before.bundles() : bundles;
        if (unchanged && named.isPresent() == before.bundles().isPresent() && stillNamed(named)) {
            return;
        }
        DigestOutputStream digested = new DigestOutputStream(
                new BufferedOutputStream(
                        Files.newOutputStream(temporary, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW)),
                Sha256.newDigest());
        try (DataOutputStream out = new DataOutputStream(digested)) {
            out.writeInt(StatIndex.MAGIC);
            out.write(incomplete ? new byte[2 * ContentId.BYTES] : identityOf(manifest));
            writeNames(out, named);
            out.writeInt(same.cardinality() + otherCount);
            for (int number = same.nextSetBit(0); number >= 0; number = same.nextSetBit(number + 1)) {
                out.write(before.record(number));
            }
            others.seal().forEach(out::write);
            byte[] digest = digested.getMessageDigest().digest(StatIndex.BOOT);
            digested.on(false);
            out.write(digest);
        }
        DurableFiles.rename(temporary, file);
    }

    /** Whether what the file names is part of what is to be named: then it says nothing wrong. */
    private boolean stillNamed(Optional<Set<String>> named) {
        return named.isEmpty() || named.get().containsAll(before.bundles().orElseThrow());
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

    @Override
    public synchronized void close() throws IOException {
        others.close();
    }
}
