package io.jenkins.plugins.transparentdeploy.engine.snapshot;

import io.jenkins.plugins.transparentdeploy.engine.storage.DurableFiles;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.zip.ZipException;

/** Objects with a file each, as the first version wrote them: {@code objects/ab/cdef…}. They are read, and not written. */
final class LooseObjects {
    private final StoreLayout layout;
    private final boolean any;

    LooseObjects(StoreLayout layout) throws IOException {
        this.layout = layout;
        this.any = Files.isDirectory(layout.objects()) && !isEmpty(layout.objects());
    }

    private static boolean isEmpty(Path directory) throws IOException {
        try (Stream<Path> children = Files.list(directory)) {
            return children.findAny().isEmpty();
        }
    }

    /** Whether there may be one. */
    boolean any() {
        return any;
    }

    boolean contains(ContentId id) {
        return any && Files.exists(layout.object(id));
    }

    /** The content, not verified; empty if there is no such file. */
    Optional<InputStream> open(ContentId id) throws IOException {
        if (!any) {
            return Optional.empty();
        }
        Path object = layout.object(id);
        InputStream stored;
        try {
            stored = Files.newInputStream(object);
        } catch (NoSuchFileException missing) {
            return Optional.empty();
        }
        try {
            return Optional.of(StoredForm.decoder(stored));
        } catch (ZipException | EOFException damaged) {
            stored.close();
            throw VerifyingInputStream.corrupt(object, damaged.getMessage());
        }
    }

    Path path(ContentId id) {
        return layout.object(id);
    }

    /** All of them, in no order; to be closed. */
    Stream<ContentId> ids() throws IOException {
        return any
                ? Files.find(layout.objects(), 2, (path, attributes) -> attributes.isRegularFile())
                        .map(layout::idOf)
                : Stream.empty();
    }

    /** Deletes one, if it is there. */
    void delete(ContentId id) throws IOException {
        Files.deleteIfExists(layout.object(id));
    }

    /** Moves a damaged one away, so that it can be stored again. */
    void setAside(ContentId id, Path to) throws IOException {
        DurableFiles.moveInto(layout.object(id), to);
    }
}
