package io.jenkins.plugins.transparentdeploy.engine.host;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;

/**
 * The few small files that somebody keeps on a host, such as the pid of what was started there. Paths are absolute, and
 * the host's own. All is safe to ask again.
 */
public interface HostFiles {
    /** Where this program keeps its own files on the host; absolute. */
    Path stateDirectory() throws IOException;

    /**
     * The content of a file; empty when there is none.
     *
     * @throws IOException also when it has more than {@link Host#OUTPUT_LIMIT} bytes
     */
    Optional<byte[]> read(Path file) throws IOException;

    /** The end of a file, at most so many bytes; nothing when there is none. */
    byte[] tail(Path file, int limit) throws IOException;

    /** When a file was changed last, by the host's clock; empty when there is none. */
    Optional<Instant> modified(Path file) throws IOException;

    /** Puts a file there, whole or not at all; directories that are missing are made. */
    void write(Path file, byte[] content) throws IOException;

    /** Makes a directory and those above it, unless they are there. */
    void createDirectories(Path directory) throws IOException;

    /** Removes a file, if there is one. */
    void delete(Path file) throws IOException;
}
