package io.jenkins.plugins.transparentdeploy.cli;

import java.util.Objects;

/**
 * Where a rollback goes, as a request says it.
 *
 * @param name {@code previous}, a record of the journal, or a release, a rollback point or a version
 */
record Destination(String name) {
    private static final String PREVIOUS = "previous";
    /** Before the number of a record of the journal. */
    private static final String RECORD = "journal:";

    Destination {
        name = Objects.requireNonNullElse(name, PREVIOUS);
    }

    /** @param number of a record of the journal */
    static Destination record(long number) {
        return new Destination(RECORD + number);
    }

    boolean isPrevious() {
        return name.equals(PREVIOUS);
    }

    boolean isRecord() {
        return name.startsWith(RECORD);
    }

    /** @throws IllegalStateException unless {@link #isRecord} */
    long recordNumber() {
        if (!isRecord()) {
            throw new IllegalStateException(name + " is no record of the journal");
        }
        return Long.parseLong(name.substring(RECORD.length()));
    }
}
