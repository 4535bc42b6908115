package io.jenkins.plugins.transparentdeploy.engine.snapshot;

import java.nio.file.Path;
import java.util.List;

/**
 * What reading every object found.
 *
 * @param objects how many were read
 * @param corrupt those that are not what their id says
 * @param damaged files of which not even the list of their objects can be read, with what is wrong
 */
public record ScrubReport(long objects, List<CorruptObject> corrupt, List<DamagedFile> damaged) {
    /**
     * An object that must not be used.
     *
     * @param id what it should be
     * @param problem what is wrong and what to do
     */
    public record CorruptObject(ContentId id, String problem) {}

    /**
     * A file that must not be used.
     *
     * @param file where it is
     * @param problem what is wrong and what to do
     */
    public record DamagedFile(Path file, String problem) {}

    public ScrubReport {
        corrupt = List.copyOf(corrupt);
        damaged = List.copyOf(damaged);
    }

    /** Whether all are whole. */
    public boolean isClean() {
        return corrupt.isEmpty() && damaged.isEmpty();
    }
}
