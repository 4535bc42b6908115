package io.jenkins.plugins.transparentdeploy.benchmark;

import java.io.IOException;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.Set;

/** Somebody who keeps snapshots of a tree, or does part of that. Each has a directory and a copy of the tree of its own. */
interface Contender {
    String name();

    /** What it can do. */
    Set<Scenario> does();

    /** What is run, for the report. */
    String how();

    /** Forgets all snapshots; not measured. */
    void reset() throws IOException;

    /** Takes a snapshot, which is the last from now on. */
    void snapshot(Path tree) throws IOException;

    /** Makes a directory, which may be empty, what the last snapshot says. */
    void restore(Path tree) throws IOException;

    /** Bytes on the disk; empty if it keeps none. */
    OptionalLong storeBytes() throws IOException;

    /** Most memory that it ever needed, in bytes; empty if that was not measured. */
    OptionalLong peakMemory();
}
