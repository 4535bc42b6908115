package io.jenkins.plugins.transparentdeploy.engine.faults;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Set;

/** Lets one call fail, or all from then on, with an error that the call can have. */
final class FailingCall implements Gate {
    enum Failure {
        /** The disk is full, and stays full. */
        NO_SPACE("No space left on device", true, EnumSet.of(Change.CREATE, Change.WRITE, Change.LINK, Change.RENAME)),
        /** The device could not, this once. */
        BROKEN("Input/output error", false, EnumSet.allOf(Change.class)),
        /** The device cannot any more. */
        DEAD("Input/output error", true, EnumSet.allOf(Change.class)),
        /** Somebody took a right away, for a moment. */
        DENIED(
                "Permission denied",
                false,
                EnumSet.of(Change.CREATE, Change.ATTRIBUTES, Change.RENAME, Change.LINK, Change.UNLINK));

        private final String message;
        private final boolean lasting;
        private final Set<Change> changes;

        Failure(String message, boolean lasting, Set<Change> changes) {
            this.message = message;
            this.lasting = lasting;
            this.changes = changes;
        }

        private IOException on(Path path) {
            return this == DENIED
                    ? new AccessDeniedException(path.toString())
                    : new FileSystemException(path.toString(), null, message);
        }
    }

    private final Failure failure;
    private final int at;
    private int calls;
    private String first = "none";

    /** @param at number of the call, of those that can fail so, from 0 */
    FailingCall(Failure failure, int at) {
        this.failure = failure;
        this.at = at;
    }

    /** How many calls there were that can fail so. */
    int calls() {
        return calls;
    }

    /** The first call that failed: what it was to do, and to what. */
    String first() {
        return first;
    }

    @Override
    public void pass(Change change, Path path) throws IOException {
        if (!failure.changes.contains(change)) {
            return;
        }
        int number = calls++;
        if (number == at || failure.lasting && number > at) {
            first = number == at ? change + " " + path : first;
            throw failure.on(path);
        }
    }
}
