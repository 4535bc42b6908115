package io.jenkins.plugins.transparentdeploy.engine.faults;

import java.io.IOException;
import java.nio.file.Path;

/**
 * Where {@code /world} is at the moment, and who watches what happens to it. One at a time in a process.
 *
 * @param root the directory that it really is
 * @param gate stands before every change
 * @param recording keeps every change; null if nothing is kept
 */
record World(Path root, Gate gate, Recording recording) {
    /** Where every world seems to be. */
    static final String NAME = "/world";

    private static volatile World current;

    World {
        root = root instanceof WorldPath ? WorldPath.unwrap(root) : root;
    }

    /** From now on this one. */
    static void enter(World world) {
        current = world;
    }

    static World current() {
        return current;
    }

    /** A change that is carried out, and noted if it succeeds, as one step. */
    <T> T change(Gate.Change change, Path real, Act<T> act) throws IOException {
        synchronized (World.class) {
            gate.pass(change, real);
            return act.run();
        }
    }

    @FunctionalInterface
    interface Act<T> {
        T run() throws IOException;
    }
}
