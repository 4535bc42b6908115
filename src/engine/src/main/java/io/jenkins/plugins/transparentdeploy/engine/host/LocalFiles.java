package io.jenkins.plugins.transparentdeploy.engine.host;

import io.jenkins.plugins.transparentdeploy.engine.storage.DurableFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;

/** Files of the machine this program runs on. */
record LocalFiles(Path stateDirectory) implements HostFiles {
    @Override
    public Optional<byte[]> read(Path file) throws IOException {
        try (SeekableByteChannel channel = Files.newByteChannel(file)) {
            if (channel.size() > Host.OUTPUT_LIMIT) {
                throw new IOException(
                        file + " has " + channel.size() + " bytes, which is none of the small files here");
            }
            return Optional.of(rest(channel, (int) channel.size()));
        } catch (NoSuchFileException none) {
            return Optional.empty();
        }
    }

    @Override
    public byte[] tail(Path file, int limit) throws IOException {
        try (SeekableByteChannel channel = Files.newByteChannel(file)) {
            channel.position(Math.max(0, channel.size() - limit));
            return rest(channel, limit);
        } catch (NoSuchFileException none) {
            return new byte[0];
        }
    }

    private static byte[] rest(SeekableByteChannel channel, int limit) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(limit);
        while (bytes.hasRemaining() && channel.read(bytes) >= 0) {
            // until the buffer is full or the file ends
        }
        return Arrays.copyOf(bytes.array(), bytes.position());
    }

    @Override
    public Optional<Instant> modified(Path file) throws IOException {
        try {
            return Optional.of(Files.getLastModifiedTime(file).toInstant());
        } catch (NoSuchFileException none) {
            return Optional.empty();
        }
    }

    @Override
    public void write(Path file, byte[] content) throws IOException {
        createDirectories(file.getParent());
        DurableFiles.write(file, content);
    }

    @Override
    public void createDirectories(Path directory) throws IOException {
        Files.createDirectories(directory);
    }

    @Override
    public void delete(Path file) throws IOException {
        Files.deleteIfExists(file);
    }
}
