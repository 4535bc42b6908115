package io.jenkins.plugins.transparentdeploy.engine.snapshot;

import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * Turns what a build made into a manifest with its objects in the store: a directory, an archive, or one file. Nothing is
 * unpacked anywhere else, so a hostile archive has nothing to write to; it is refused before a target hears of it.
 *
 * <p>Executable bits, links and times are kept; owners, set-user-id and the like are not: those are the host's to give.
 */
public final class ArtifactImporter {
    private final SnapshotStore store;
    private final ImportLimits limits;

    public ArtifactImporter(SnapshotStore store) {
        this(store, ImportLimits.DEFAULT);
    }

    public ArtifactImporter(SnapshotStore store, ImportLimits limits) {
        this.store = store;
        this.limits = limits;
    }

    /**
     * Imports an artifact; on return all of it is durable, the manifest as well. Idempotent.
     *
     * @param artifact a directory, a {@code .tar}, {@code .tar.gz}, {@code .tgz}, {@code .zip}, {@code .jar} or
     *     {@code .war} file, or, not unpacked, any file
     * @throws RefusedException if it is missing, empty, damaged, of an unknown kind, too large, or has an entry that
     *     would leave the tree or is neither file, directory nor link; the store is as it was
     */
    public Manifest importFrom(Path artifact, ImportOptions options) throws IOException {
        requireReadable(artifact);
        try (ObjectBatch objects = store.objects().batch()) {
            ArtifactTree tree = new ArtifactTree(artifact, options.stripComponents());
            Manifest manifest;
            if (Files.isDirectory(artifact)) {
                manifest = importDirectory(artifact, tree);
            } else if (options.unpack()) {
                manifest = importArchive(artifact, tree, objects);
            } else {
                manifest = importFile(artifact, new ArtifactTree(artifact, 0), objects);
            }
            store.commit(objects, manifest);
            return manifest;
        }
    }

    private Manifest importDirectory(Path artifact, ArtifactTree tree) throws IOException {
        for (ManifestEntry entry : store.capture(artifact, ManagedPaths.ALL).entries()) {
            if (entry instanceof DirectoryEntry directory) {
                tree.addDirectory(directory.path(), directory.mode().bits());
            } else if (entry instanceof FileEntry file) {
                tree.addFile(
                        file.path(),
                        file.mode().bits(),
                        file.modified(),
                        new ObjectStore.Stored(file.content(), file.size()));
            } else if (entry instanceof SymlinkEntry link) {
                tree.addSymlink(link.path(), link.target());
            }
        }
        return tree.finish();
    }

    private Manifest importArchive(Path artifact, ArtifactTree tree, ObjectBatch objects) throws IOException {
        ExpansionBudget budget = new ExpansionBudget(artifact, Files.size(artifact), store.freeBytes(), limits);
        String name = artifact.getFileName().toString().toLowerCase(Locale.ROOT);
        try {
            if (name.endsWith(".tar")) {
                new TarReader(objects, budget, tree).read(artifact, false);
            } else if (name.endsWith(".tar.gz") || name.endsWith(".tgz")) {
                new TarReader(objects, budget, tree).read(artifact, true);
            } else if (name.endsWith(".zip") || name.endsWith(".jar") || name.endsWith(".war")) {
                new ZipReader(objects, budget, tree).read(artifact);
            } else {
                throw new RefusedException(
                        "The artifact " + artifact + " is of no kind that can be unpacked (known are .tar, .tar.gz,"
                                + " .tgz, .zip, .jar, .war)",
                        "Name an archive or a directory, or set unpack: false to deploy the file as it is");
            }
        } catch (DamagedArchiveException e) {
            throw new RefusedException(
                    "The artifact " + artifact + " cannot be read to its end: " + e.getMessage(),
                    "Build or copy it again; it is damaged, cut off, or not what its name says",
                    e);
        }
        return tree.finish();
    }

    private Manifest importFile(Path artifact, ArtifactTree tree, ObjectBatch objects) throws IOException {
        FileStat stat = FileStat.of(artifact.toRealPath());
        try (InputStream content = new BufferedInputStream(Files.newInputStream(artifact))) {
            tree.addFile(
                    artifact.getFileName().toString(),
                    stat.mode().bits(),
                    stat.modified().toInstant(),
                    objects.put(content));
        }
        return tree.finish();
    }

    private static void requireReadable(Path artifact) throws IOException {
        if (!Files.exists(artifact)) {
            throw new RefusedException(
                    "The artifact " + artifact.toAbsolutePath() + " does not exist",
                    "Build it first, or correct the path");
        }
        if (!Files.isReadable(artifact)) {
            throw new RefusedException(
                    "The artifact " + artifact + " cannot be read by user " + System.getProperty("user.name"),
                    "Give that user read permission");
        }
        if (Files.isRegularFile(artifact) && Files.size(artifact) == 0) {
            throw new RefusedException("The artifact " + artifact + " is empty", "Build it again");
        }
        if (!Files.isRegularFile(artifact) && !Files.isDirectory(artifact)) {
            throw new RefusedException(
                    "The artifact " + artifact + " is neither a file nor a directory", "Correct the path");
        }
    }
}
