package io.jenkins.plugins.transparentdeploy.engine.service;

import io.jenkins.plugins.transparentdeploy.engine.snapshot.ManagedPaths;
import java.nio.file.Path;

/** What is deployed to. */
public sealed interface TargetDefinition {
    /** The directory that the target owns; absolute. */
    Path root();

    /** What below it is the release's, and what is the application's own. */
    ManagedPaths managed();

    /** Where the files of the live release are, for commands that run there. */
    Path live();

    /** A directory that is changed in place. */
    record InPlace(Path root, ManagedPaths managed) implements TargetDefinition {
        @Override
        public Path live() {
            return root;
        }
    }

    /**
     * A directory of releases behind one atomic link.
     *
     * @param keep how many releases stay on disk beside the live one
     */
    record Releases(Path root, ManagedPaths managed, int keep) implements TargetDefinition {
        @Override
        public Path live() {
            return root.resolve("current");
        }
    }
}
