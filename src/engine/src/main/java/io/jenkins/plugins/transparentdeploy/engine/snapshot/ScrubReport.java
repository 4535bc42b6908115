package io.jenkins.plugins.transparentdeploy.engine.snapshot;

import java.util.List;

/**
 * What reading every object found.
 *
 * @param objects how many were read
 * @param corrupt those that are not what their id says
 */
public record ScrubReport(long objects, List<CorruptObject> corrupt) {
    /**
     * An object that must not be used.
     *
     * @param id what it should be
     * @param problem what is wrong and what to do
     */
    public record CorruptObject(ContentId id, String problem) {}

    public ScrubReport {
        corrupt = List.copyOf(corrupt);
    }

    /** Whether all are whole. */
    public boolean isClean() {
        return corrupt.isEmpty();
    }
}
