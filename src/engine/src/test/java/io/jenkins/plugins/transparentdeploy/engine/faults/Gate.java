package io.jenkins.plugins.transparentdeploy.engine.faults;

import java.io.IOException;
import java.nio.file.Path;

/** Stands before every change to the disk, and may let it fail. */
@FunctionalInterface
interface Gate {
    /** Lets everything pass. */
    Gate OPEN = (change, path) -> {};

    /** What is about to happen. */
    enum Change {
        CREATE,
        WRITE,
        TRUNCATE,
        ATTRIBUTES,
        RENAME,
        LINK,
        UNLINK,
        SYNC
    }

    /** @throws IOException if it is to fail instead of happening */
    void pass(Change change, Path path) throws IOException;
}
