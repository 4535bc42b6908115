package io.jenkins.plugins.transparentdeploy.engine.loadbalancer.nginx;

import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import io.jenkins.plugins.transparentdeploy.engine.storage.DurableFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/** The one place that knows what is on disk: the file that nginx includes, and the note of what it replaces. */
final class UpstreamFile {
    private final Path file;
    private final Path pending;

    UpstreamFile(Path file) {
        this.file = file.toAbsolutePath();
        // Hidden, so that 'include …/*' does not take it for another upstream.
        this.pending = this.file.resolveSibling("." + this.file.getFileName() + ".pending");
    }

    Path path() {
        return file;
    }

    /** @throws RefusedException when there is none */
    String read() throws IOException {
        try {
            return Files.readString(file);
        } catch (NoSuchFileException e) {
            throw new RefusedException(
                    "There is no upstream file " + file,
                    "Write one with 'tdeploy load-balancer-config --write', and include it in the http block of nginx's"
                            + " configuration",
                    e);
        }
    }

    /** What was in the file before a change that nginx may not have yet; empty when there is none. */
    Optional<String> before() throws IOException {
        try {
            return Optional.of(Files.readString(pending));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    /** Notes what is replaced, then replaces it. A crash in between is a change to what is there already. */
    void replace(String before, String after) throws IOException {
        DurableFiles.write(pending, before);
        write(after);
    }

    /** nginx has what the file says. */
    void settled() throws IOException {
        Files.deleteIfExists(pending);
        DurableFiles.fsyncDirectory(pending.getParent());
    }

    /** Puts the old content back; that nginx may have another stays noted. */
    void putBack(String before) throws IOException {
        write(before);
    }

    private void write(String text) throws IOException {
        DurableFiles.write(file, text.getBytes(StandardCharsets.UTF_8));
    }

    /** @throws RefusedException when this user could not replace it */
    void requireWritable() {
        Path directory = file.getParent();
        if (directory == null || !Files.isWritable(directory)) {
            throw new RefusedException(
                    "The upstream file " + file + " cannot be replaced: this user may not write to " + directory,
                    "Give it a directory of its own that belongs to this user");
        }
    }
}
