package io.jenkins.plugins.transparentdeploy.engine.host;

import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * The machine this program runs on. Every command gets a session of its own through {@code setsid}, so that one signal
 * to its process group reaches all that it started.
 */
public final class LocalHost implements Host {
    /** What Jenkins's process killer recognises the processes of a build by, in its present and older versions. */
    private static final Set<String> BUILD_MARKS =
            Set.of("BUILD_ID", "JENKINS_NODE_COOKIE", "JENKINS_SERVER_COOKIE", "HUDSON_COOKIE", "HUDSON_SERVER_COOKIE");

    private static final long POLL_MILLIS = 10;
    /** Far longer than the kernel takes, when it does. */
    private static final Duration KILLED_BY = Duration.ofSeconds(30);

    private static final long LAST_OUTPUT_MILLIS = 500;
    private static final int EXIT_SIGKILL = 137;

    /** A start is computed from the time of the boot, which moves with the clock. */
    private static final Duration CLOCK_SLACK = Duration.ofMinutes(1);

    private final HostId id;
    private final LocalFiles files;
    private final String osName;
    private final Clock clock;
    private final ProcessTable processes = new ProcessTable();

    /** @param stateDirectory where the host's id is kept; created when missing */
    public static LocalHost open(Path stateDirectory) throws IOException {
        return new LocalHost(
                HostId.load(stateDirectory), stateDirectory, System.getProperty("os.name"), Clock.systemUTC());
    }

    LocalHost(HostId id, Path stateDirectory, String osName, Clock clock) {
        this.id = id;
        this.files = new LocalFiles(stateDirectory.toAbsolutePath());
        this.osName = osName;
        this.clock = clock;
    }

    @Override
    public HostId id() {
        return id;
    }

    @Override
    public String boot() throws IOException {
        return processes.boot();
    }

    @Override
    public String name() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "localhost";
        }
    }

    @Override
    public HostFiles files() {
        return files;
    }

    @Override
    public Set<String> variables() {
        return System.getenv().keySet();
    }

    @Override
    public void requirePosix() {
        if (osName.toLowerCase(Locale.ROOT).startsWith("windows")) {
            throw new RefusedException(
                    "The host " + name() + " runs " + osName + ", which is not supported",
                    "Release from an agent that runs Linux, for example by its label");
        }
        if (!processes.isAvailable()) {
            throw new RefusedException(
                    "The host " + name() + " (" + osName + ") has no /proc, which processes are found again by",
                    "Mount it, or release from an agent that runs Linux");
        }
        for (String tool : List.of("setsid", "sh")) {
            if (search(tool, System.getenv("PATH")).isEmpty()) {
                throw new RefusedException(
                        "The host " + name() + " has no '" + tool + "' in its PATH",
                        "Install it; Debian has it in util-linux or dash");
            }
        }
    }

    @Override
    public CommandResult run(Command command, Duration timeout) throws IOException, InterruptedException {
        ProcessBuilder builder = prepare(command).redirectErrorStream(true);
        builder.redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")));
        long start = System.nanoTime();
        Process process = builder.start();
        OutputTail output = new OutputTail(OUTPUT_LIMIT);
        Thread reader = new Thread(() -> output.drain(process.getInputStream()), "output of " + process.pid());
        reader.setDaemon(true);
        reader.start();
        boolean ended;
        try {
            ended = process.waitFor(timeout.toNanos(), TimeUnit.NANOSECONDS);
            if (ended) {
                // What it left in the background may hold its output open for ever; that is read on, but not awaited.
                reader.join(LAST_OUTPUT_MILLIS);
            } else {
                killTree(process);
            }
        } catch (InterruptedException e) {
            try {
                killTree(process);
            } catch (IOException notKilled) {
                // The interrupt is what the caller has to hear of.
                e.addSuppressed(notKilled);
            }
            throw e;
        }
        Duration took = Duration.ofNanos(System.nanoTime() - start);
        return ended
                ? new CommandResult(process.exitValue(), output.toString(), took, false)
                : new CommandResult(EXIT_SIGKILL, output.toString(), took, true);
    }

    private void killTree(Process process) throws IOException {
        // Descendants first: a child that made a group of its own is found only while its parent lives.
        List<ProcessHandle> descendants = process.descendants().toList();
        signal("KILL", process.pid());
        process.destroyForcibly();
        descendants.forEach(ProcessHandle::destroyForcibly);
        process.getInputStream().close();
    }

    @Override
    public ProcessRef start(Command command, Path output) throws IOException {
        ProcessBuilder builder = prepare(command).redirectErrorStream(true);
        builder.redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")));
        builder.redirectOutput(ProcessBuilder.Redirect.appendTo(output.toFile()));
        Process process = builder.start();
        Optional<ProcessTable.Entry> entry = awaitSession(process);
        return entry.isPresent()
                ? reference(entry.get())
                // It has ended and been collected already: known by a start that no process has.
                : new ProcessRef(process.pid(), clock.instant(), processes.boot() + ":ended");
    }

    @Override
    public Optional<ProcessRef> find(long pid) throws IOException {
        Optional<ProcessTable.Entry> entry = pid <= 1 ? Optional.empty() : processes.find(pid);
        return entry.isPresent() && entry.get().isAlive() ? Optional.of(reference(entry.get())) : Optional.empty();
    }

    /** Whether a process of this host lives (a zombie does not) that {@link ProcessRef#incarnation} was said of. */
    public static boolean isAlive(long pid, String incarnation) {
        try {
            return isAlive(new ProcessTable(), pid, incarnation);
        } catch (IOException e) {
            return ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false);
        }
    }

    /**
     * Whether a process of this host lives (a zombie does not) that had started by an instant. For those of whom only
     * the process id is known: a later start means that the id was given away again.
     *
     * @param startedBy by this host's clock; a clock that was set back by more than a minute since makes the answer no
     */
    public static boolean isAlive(long pid, Instant startedBy) {
        try {
            return new ProcessTable()
                            .find(pid)
                            .filter(ProcessTable.Entry::isAlive)
                            .isPresent()
                    && ProcessHandle.of(pid)
                            .flatMap(handle -> handle.info().startInstant())
                            .filter(start -> start.isAfter(startedBy.plus(CLOCK_SLACK)))
                            .isEmpty();
        } catch (IOException e) {
            return ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false);
        }
    }

    private ProcessRef reference(ProcessTable.Entry entry) throws IOException {
        Instant startedAt = ProcessHandle.of(entry.pid())
                .flatMap(handle -> handle.info().startInstant())
                .orElseGet(clock::instant);
        return new ProcessRef(entry.pid(), startedAt, processes.incarnation(entry));
    }

    /** Until it is in a session of its own; before, a signal to its process group would reach nobody. */
    private Optional<ProcessTable.Entry> awaitSession(Process process) throws IOException {
        while (true) {
            Optional<ProcessTable.Entry> entry = processes.find(process.pid());
            if (entry.isEmpty() || !entry.get().isAlive() || entry.get().session() == process.pid()) {
                return entry;
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
        }
    }

    @Override
    public boolean isRunning(ProcessRef process) throws IOException {
        return isAlive(processes, process.pid(), process.incarnation());
    }

    private static boolean isAlive(ProcessTable processes, long pid, String incarnation) throws IOException {
        Optional<ProcessTable.Entry> entry = processes.find(pid);
        return entry.isPresent()
                && entry.get().isAlive()
                && processes.incarnation(entry.get()).equals(incarnation);
    }

    @Override
    public void stop(ProcessRef process, Duration grace) throws IOException, InterruptedException {
        if (!isPresent(process)) {
            return;
        }
        signal("TERM", process.pid());
        long deadline = System.nanoTime() + grace.toNanos();
        while (isPresent(process) && System.nanoTime() < deadline) {
            TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
        }
        // Not a single shot: a group that is forking may have had a member that the signal missed.
        long killedBy = System.nanoTime() + KILLED_BY.toNanos();
        while (isPresent(process)) {
            if (System.nanoTime() > killedBy) {
                throw new IOException("process " + process.pid() + " does not end, not even by force;"
                        + " this user may not be allowed to signal it");
            }
            signal("KILL", process.pid());
            TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
        }
    }

    /**
     * Whether anything is left in the process's group. Its leader may be gone, as when a start script ends before its
     * server: the kernel gives no new process an id that is still a session's, so the rest of the session is ours
     * unless the id has a new owner or the host was booted since.
     */
    private boolean isPresent(ProcessRef process) throws IOException {
        if (!process.incarnation().startsWith(processes.boot() + ":")) {
            return false;
        }
        Optional<ProcessTable.Entry> leader = processes.find(process.pid());
        if (leader.isPresent() && !processes.incarnation(leader.get()).equals(process.incarnation())) {
            return false;
        }
        return processes.group(process.pid()).stream().anyMatch(member -> member.session() == process.pid());
    }

    /** The shell's own {@code kill}; it fails when the group has ended meanwhile, which is what is wanted. */
    private static void signal(String signal, long group) throws IOException {
        Process kill = new ProcessBuilder("sh", "-c", "kill -s " + signal + " -- -" + group)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        boolean interrupted = false;
        while (true) {
            try {
                kill.waitFor();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private ProcessBuilder prepare(Command command) {
        requirePosix();
        requireRunnable(command);
        List<String> argv = new ArrayList<>(command.argv().size() + 1);
        argv.add("setsid");
        argv.addAll(command.argv());
        ProcessBuilder builder = new ProcessBuilder(argv);
        Map<String, String> environment = builder.environment();
        environment.keySet().removeAll(BUILD_MARKS);
        environment.putAll(command.environment());
        command.directory().map(Path::toFile).ifPresent(builder::directory);
        return builder;
    }

    @Override
    public void requireRunnable(Command command) {
        requireDirectory(command);
        requireProgram(command, command.environment().getOrDefault("PATH", System.getenv("PATH")));
    }

    private void requireDirectory(Command command) {
        if (command.directory().isPresent()
                && !Files.isDirectory(command.directory().get())) {
            throw new RefusedException(
                    "The directory " + command.directory().get() + " to run '"
                            + command.argv().get(0) + "' in does not exist on " + name(),
                    "Create it, or correct the path");
        }
    }

    private void requireProgram(Command command, String path) {
        String program = command.argv().get(0);
        Path base = command.directory().orElse(Path.of(""));
        boolean found = program.indexOf('/') >= 0
                ? isProgram(base.resolve(program))
                : search(program, path).isPresent();
        if (!found) {
            throw new RefusedException(
                    "The program '" + program + "' does not exist or may not be executed on " + name(),
                    "Install it, correct its path, or make it executable");
        }
    }

    private static Optional<Path> search(String program, String path) {
        for (String directory : (path == null ? "/usr/bin:/bin" : path).split(File.pathSeparator)) {
            try {
                Path candidate = Path.of(directory, program);
                if (isProgram(candidate)) {
                    return Optional.of(candidate);
                }
            } catch (InvalidPathException e) {
                // An entry that is no path holds no program.
            }
        }
        return Optional.empty();
    }

    private static boolean isProgram(Path file) {
        return Files.isRegularFile(file) && Files.isExecutable(file);
    }
}
