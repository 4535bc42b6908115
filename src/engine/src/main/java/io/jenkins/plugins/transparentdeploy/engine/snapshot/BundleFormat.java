package io.jenkins.plugins.transparentdeploy.engine.snapshot;

import java.nio.charset.StandardCharsets;

/**
 * A bundle: many objects in one file that never changes. All numbers are big-endian.
 *
 * <pre>
 * magic      8 bytes   TDBUNDL1
 * blocks               one after the other:
 *   form     1         of {@link StoredForm}
 *   plain    4         bytes of the block when it is decoded
 *   stored   4         bytes that follow
 * table                one row for each object, sorted by id, unsigned:
 *   id      32
 *   kind     4         0: the content itself; 1: a list of chunks, whose contents make up the content
 *   block    8         position of the block in the file
 *   offset   4         of the object in the decoded block
 *   length   4         of the object in the decoded block
 * rows       4         number of rows
 * position   8         of the table
 * digest    32         SHA-256 of the table
 * magic      8         TDBUNDLE
 * </pre>
 *
 * A list of chunks has for each chunk its id (32 bytes) and its length (4 bytes); chunks are objects of their own, in this
 * or in another bundle.
 */
final class BundleFormat {
    static final byte[] MAGIC = "TDBUNDL1".getBytes(StandardCharsets.US_ASCII);
    static final byte[] END_MAGIC = "TDBUNDLE".getBytes(StandardCharsets.US_ASCII);
    static final int BLOCK_HEADER = 9;
    static final int ROW = ContentId.BYTES + 20;
    static final int DIGEST = 32;
    static final int TRAILER = 4 + 8 + DIGEST + 8;
    static final int CHUNK = ContentId.BYTES + 4;

    private BundleFormat() {}

    /** How an object stands in a bundle. */
    enum Kind {
        CONTENT,
        CHUNKS
    }

    /**
     * Where an object stands.
     *
     * @param id of the object
     * @param kind what stands there
     * @param block position of the block
     * @param offset in the decoded block
     * @param length in the decoded block
     */
    record Row(ContentId id, Kind kind, long block, int offset, int length) {}
}
