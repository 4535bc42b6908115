package io.jenkins.plugins.transparentdeploy.engine.snapshot;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Optional;

/** The ids of the chunks that a large object is, one after the other; what is cut off at the end is left out. */
final class ChunkList {
    private final InputStream rows;

    ChunkList(InputStream rows) {
        this.rows = rows;
    }

    /** The next one; empty at the end. */
    Optional<ContentId> next() throws IOException {
        byte[] row = rows.readNBytes(BundleFormat.CHUNK);
        return row.length < BundleFormat.CHUNK
                ? Optional.empty()
                : Optional.of(ContentId.read(ByteBuffer.wrap(row), 0));
    }
}
