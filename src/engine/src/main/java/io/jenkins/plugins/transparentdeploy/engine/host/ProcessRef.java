package io.jenkins.plugins.transparentdeploy.engine.host;

import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import java.time.Instant;
import java.util.Objects;

/**
 * A process that was started on a host, found again by another program later. Process ids are reused, so the id alone
 * says nothing.
 *
 * @param pid its process id, and the id of its process group and session
 * @param startedAt when it started, for people; clocks are adjusted, so nothing is decided by it
 * @param incarnation what the host tells this process by from a later one with the same id; opaque
 */
public record ProcessRef(long pid, Instant startedAt, String incarnation) {
    /** @throws RefusedException when {@code pid} is none that a host gives to a program */
    public ProcessRef {
        Objects.requireNonNull(startedAt, "startedAt");
        Objects.requireNonNull(incarnation, "incarnation");
        if (pid <= 1) {
            // A signal to group 0 or 1 would reach this process, or everything.
            throw new RefusedException(
                    "The process id " + pid + " cannot be one that was started", "Restore the record it was read from");
        }
    }
}
