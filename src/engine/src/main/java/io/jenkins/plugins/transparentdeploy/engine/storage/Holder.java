package io.jenkins.plugins.transparentdeploy.engine.storage;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Clock;
import java.time.Instant;
import java.util.Objects;

/**
 * Who holds a lock.
 *
 * @param pid process id on {@code host}
 * @param host name of the machine
 * @param who the person or the job on whose behalf
 * @param since when the lock was taken
 * @param what what is being done under it, such as {@code release 2026-11-21-3 of shop to production}
 */
public record Holder(long pid, String host, String who, Instant since, String what) {
    public Holder {
        Objects.requireNonNull(host, "host");
        Objects.requireNonNull(who, "who");
        Objects.requireNonNull(since, "since");
        Objects.requireNonNull(what, "what");
    }

    /** This process, from now on. */
    public static Holder thisProcess(String who, String what, Clock clock) {
        return new Holder(ProcessHandle.current().pid(), hostName(), who, clock.instant(), what);
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
