package io.jenkins.plugins.transparentdeploy.engine.journal;

import java.util.Objects;

/**
 * What reading a chain found.
 *
 * @param status the verdict
 * @param records good records, up to the first bad one
 * @param head the last of them
 * @param problem what is wrong and where, for people; empty if nothing is
 */
public record JournalReport(Status status, long records, JournalHead head, String problem) {
    /** What a chain can be. */
    public enum Status {
        /** Whole. */
        OK,
        /** Whole but for half a record at the end, of which nobody was told; the next opener sets it aside. */
        TORN,
        /** Whole as far as it goes, but records that were there are not, or are others. */
        TAIL_MISSING,
        /** A record does not match its hash or does not continue the one before. */
        BROKEN
    }

    public JournalReport {
        Objects.requireNonNull(status, "status");
        Objects.requireNonNull(head, "head");
        Objects.requireNonNull(problem, "problem");
    }

    /** Whether nothing that was acknowledged is lost or changed. */
    public boolean intact() {
        return status == Status.OK || status == Status.TORN;
    }
}
