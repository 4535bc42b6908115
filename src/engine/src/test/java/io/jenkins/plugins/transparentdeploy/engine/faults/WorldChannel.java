package io.jenkins.plugins.transparentdeploy.engine.faults;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;

/** A channel of the platform's whose writes and syncs pass through the world that it was opened in. */
final class WorldChannel extends FileChannel {
    private final World world;
    private final FileChannel platform;
    private final Path real;
    private final int node;

    /** @param node its number in the world's recording, -1 if there is none */
    WorldChannel(World world, FileChannel platform, Path real, int node) {
        this.world = world;
        this.platform = platform;
        this.real = real;
        this.node = node;
    }

    @Override
    public int write(ByteBuffer source) throws IOException {
        return world.change(Gate.Change.WRITE, real, () -> {
            ByteBuffer written = source.duplicate();
            int count = platform.write(source);
            note(platform.position() - count, written, count);
            return count;
        });
    }

    @Override
    public int write(ByteBuffer source, long position) throws IOException {
        return world.change(Gate.Change.WRITE, real, () -> {
            ByteBuffer written = source.duplicate();
            int count = platform.write(source, position);
            note(position, written, count);
            return count;
        });
    }

    private void note(long offset, ByteBuffer written, int count) {
        if (world.recording() != null) {
            byte[] bytes = new byte[count];
            written.get(bytes);
            world.recording().written(node, offset, bytes);
        }
    }

    @Override
    public long write(ByteBuffer[] sources, int offset, int length) throws IOException {
        long total = 0;
        for (int i = offset; i < offset + length; i++) {
            while (sources[i].hasRemaining()) {
                total += write(sources[i]);
            }
        }
        return total;
    }

    @Override
    public FileChannel truncate(long size) throws IOException {
        world.change(Gate.Change.TRUNCATE, real, () -> {
            platform.truncate(size);
            if (world.recording() != null) {
                world.recording().truncated(node, size);
            }
            return null;
        });
        return this;
    }

    @Override
    public void force(boolean metaData) throws IOException {
        try {
            world.change(Gate.Change.SYNC, real, () -> {
                if (world.recording() != null) {
                    // The record is what is durable; the real disk need not be asked.
                    world.recording().synced(node);
                }
                return null;
            });
        } catch (IOException failed) {
            if (world.recording() != null) {
                world.recording().syncFailed(node);
            }
            throw failed;
        }
    }

    @Override
    public long transferTo(long position, long count, WritableByteChannel target) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate((int) Math.min(count, 64 * 1024));
        int read = platform.read(buffer, position);
        buffer.flip();
        return read <= 0 ? 0 : target.write(buffer);
    }

    @Override
    public long transferFrom(ReadableByteChannel source, long position, long count) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate((int) Math.min(count, 64 * 1024));
        int read = source.read(buffer);
        buffer.flip();
        return read <= 0 ? 0 : write(buffer, position);
    }

    @Override
    public MappedByteBuffer map(MapMode mode, long position, long size) throws IOException {
        if (mode != MapMode.READ_ONLY) {
            throw new UnsupportedOperationException("writes through a map cannot be seen");
        }
        return platform.map(mode, position, size);
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
        return platform.read(target);
    }

    @Override
    public long read(ByteBuffer[] targets, int offset, int length) throws IOException {
        return platform.read(targets, offset, length);
    }

    @Override
    public int read(ByteBuffer target, long position) throws IOException {
        return platform.read(target, position);
    }

    @Override
    public long position() throws IOException {
        return platform.position();
    }

    @Override
    public FileChannel position(long newPosition) throws IOException {
        platform.position(newPosition);
        return this;
    }

    @Override
    public long size() throws IOException {
        return platform.size();
    }

    @Override
    public FileLock lock(long position, long size, boolean shared) throws IOException {
        return platform.lock(position, size, shared);
    }

    @Override
    public FileLock tryLock(long position, long size, boolean shared) throws IOException {
        return platform.tryLock(position, size, shared);
    }

    @Override
    protected void implCloseChannel() throws IOException {
        platform.close();
    }
}
