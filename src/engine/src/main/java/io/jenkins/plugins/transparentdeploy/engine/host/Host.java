package io.jenkins.plugins.transparentdeploy.engine.host;

import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/**
 * A machine that targets and instances live on. Safe for use by several threads. An {@link IOException} means that the
 * host could not be asked, and asking again may work; a {@link RefusedException} means that asking again will not.
 */
public interface Host {
    /** How much of a command's output is kept, in bytes: the last of it, where errors are. */
    int OUTPUT_LIMIT = 64 * 1024;

    /** Who this host is, whatever its name or address becomes. */
    HostId id() throws IOException;

    /** Which start of which kernel it runs on: two hosts that say the same are on one machine. */
    String boot() throws IOException;

    /** What people call it. */
    String name();

    /** The small files that are kept on it. */
    HostFiles files();

    /** The names of the variables that a command inherits there. */
    Set<String> variables() throws IOException;

    /** @throws RefusedException when the host is not POSIX or lacks what processes are started and stopped with */
    void requirePosix() throws IOException;

    /**
     * What can be known of a command before it is run, and costs nothing to find out.
     *
     * @throws RefusedException when it cannot be run: its program or its directory is not there
     */
    default void requireRunnable(Command command) {}

    /**
     * Runs a command to its end. When the time is up, or the calling thread is interrupted, it is killed with every
     * process it started.
     *
     * @param timeout more than zero
     * @throws RefusedException when its program or directory does not exist, and so nothing ran
     */
    CommandResult run(Command command, Duration timeout) throws IOException, InterruptedException;

    /**
     * Starts a command that outlives this program: a session of its own, nothing on standard input, standard output and
     * error appended to a file. Jenkins's process killer does not find it, for the variables it looks for are removed
     * from what is inherited.
     *
     * @param output where its output is appended; created when missing, in a directory that exists
     * @throws RefusedException when its program or directory does not exist, and so nothing was started
     */
    ProcessRef start(Command command, Path output) throws IOException;

    /** The process that has this id now, whoever started it; empty when there is none, or only a zombie. */
    Optional<ProcessRef> find(long pid) throws IOException;

    /** Whether this very process still runs; a zombie, and another process with its id, do not count. */
    boolean isRunning(ProcessRef process) throws IOException;

    /**
     * Ends a started process and everything in its process group: politely (SIGTERM), and by force (SIGKILL) when
     * something of it is left after the grace. Idempotent: without effect when it has ended. Returns when it is gone.
     *
     * @param process one that {@link #start} gave, or a process that leads a session of its own; of another, nothing is
     *     signalled
     * @param grace zero or more; how long it may take to end by itself
     */
    void stop(ProcessRef process, Duration grace) throws IOException, InterruptedException;
}
