package io.jenkins.plugins.transparentdeploy.engine.release;

import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import io.jenkins.plugins.transparentdeploy.engine.journal.Journal;
import io.jenkins.plugins.transparentdeploy.engine.journal.JournalObserver;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.ManagedPaths;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.Manifest;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.RootHash;
import io.jenkins.plugins.transparentdeploy.engine.storage.DurableFiles;
import io.jenkins.plugins.transparentdeploy.engine.target.DirectoryTarget;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.stream.Stream;

/** A state in a directory of its own, beside what is live. */
public final class Replica {
    private static final String SEGMENT = "replay";

    private Replica() {}

    /**
     * Writes it.
     *
     * @param directory on the filesystem of the instance's store; missing or empty
     * @return the content root that was read back from there, equal to the manifest's
     * @throws RefusedException if the directory is not empty, or on another filesystem
     */
    public static RootHash write(ManagedInstance instance, Manifest state, Path directory, Clock clock)
            throws IOException {
        requireEmpty(directory);
        DurableFiles.createDirectories(directory.toAbsolutePath());
        DirectoryTarget target = new DirectoryTarget(directory, ManagedPaths.ALL, instance.store());
        try (Journal scratch = Journal.open(instance.store().newStagingPath(), clock, JournalObserver.NONE)) {
            scratch.startSegment(SEGMENT);
            target.apply(instance.name(), state, SEGMENT, scratch);
        }
        return target.capture().contentRoot();
    }

    private static void requireEmpty(Path directory) throws IOException {
        if (!Files.exists(directory)) {
            return;
        }
        try (Stream<Path> children = Files.list(directory)) {
            if (children.findAny().isPresent()) {
                throw new RefusedException(directory + " is not empty", "Name a directory that is empty, or missing");
            }
        }
    }
}
