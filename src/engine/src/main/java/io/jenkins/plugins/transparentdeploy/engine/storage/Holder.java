package io.jenkins.plugins.transparentdeploy.engine.storage;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Clock;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/**
 * Who holds a lock.
 *
 * @param pid process id on {@code host}
 * @param host name of the machine
 * @param who the person or the job on whose behalf
 * @param since when the lock was taken
 * @param what what is being done under it, such as {@code release 2026-11-21-3 of shop to production}
 * @param incarnation what the host tells this process by from a later one with the same id; empty if it was not asked, as
 *     by an older version
 */
public record Holder(long pid, String host, String who, Instant since, String what, Optional<String> incarnation) {
    public Holder {
        Objects.requireNonNull(host, "host");
        Objects.requireNonNull(who, "who");
        Objects.requireNonNull(since, "since");
        Objects.requireNonNull(what, "what");
        incarnation = incarnation == null ? Optional.empty() : incarnation;
    }

    /** This process, from now on. */
    public static Holder thisProcess(String who, String what, Clock clock) {
        return new Holder(ProcessHandle.current().pid(), hostName(), who, clock.instant(), what, Optional.empty());
    }

    /** The same, known by more than its process id. */
    public Holder knownBy(Optional<String> incarnation) {
        return new Holder(pid, host, who, since, what, incarnation);
    }

    private static String hostName() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            // A machine that cannot resolve its own name still deploys.
            return "localhost";
        }
    }
}
