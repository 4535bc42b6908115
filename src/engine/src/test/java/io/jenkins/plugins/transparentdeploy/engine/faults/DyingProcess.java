package io.jenkins.plugins.transparentdeploy.engine.faults;

import java.nio.file.Path;

/** Ends this process, with nothing flushed and no hook run, right before a change. */
final class DyingProcess implements Gate {
    /** What the process ends with. */
    static final int STATUS = 137;

    private final int at;
    private int calls;

    /** @param at number of the change, from 0 */
    DyingProcess(int at) {
        this.at = at;
    }

    @Override
    public void pass(Change change, Path path) {
        if (calls++ == at) {
            Runtime.getRuntime().halt(STATUS);
        }
    }
}
