package io.jenkins.plugins.transparentdeploy.engine.host.ssh;

import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import io.jenkins.plugins.transparentdeploy.engine.host.Command;
import io.jenkins.plugins.transparentdeploy.engine.host.CommandResult;
import io.jenkins.plugins.transparentdeploy.engine.host.Host;
import io.jenkins.plugins.transparentdeploy.engine.host.HostFiles;
import io.jenkins.plugins.transparentdeploy.engine.host.HostId;
import io.jenkins.plugins.transparentdeploy.engine.host.OutputTail;
import io.jenkins.plugins.transparentdeploy.engine.host.ProcessRef;
import io.jenkins.plugins.transparentdeploy.engine.host.RemoteShell;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * A machine that is asked by its shell. Nothing of this program is installed there: each question is a script, which
 * comes with it.
 *
 * <p>What only looks, or may be done twice, is asked once more when the connection broke. A command that runs when the
 * connection breaks is killed as soon as the host notices, at the latest when its time is up; what was started goes on.
 */
public final class SshHost implements Host {
    private static final int EXIT_SIGKILL = 137;
    private static final int FEW = 1024;
    private static final int MANY = 256 * 1024;
    private static final byte[] NOTHING = {};

    /** What comes on top of a command's own time before nothing more is expected. */
    private static final Duration MARGIN = Duration.ofSeconds(30);

    /** How long one exchange waits for the end of a process, so that an interrupt or a lost connection shows. */
    private static final Duration LOOK = Duration.ofSeconds(2);

    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(50);
    private static final Duration KILLED_BY = Duration.ofSeconds(30);

    private final RemoteShell shell;
    private final Exchanges exchanges;
    private final HostFacts facts;
    private final SshFiles files;

    /**
     * Asks a host who it is; one that is nobody yet gets an id.
     *
     * @param shell stays open as long as the host is used; whoever made it closes it
     * @param stateDirectory absolute; when empty, {@code .transparent-deploy} in the user's home directory
     * @throws RefusedException when it is not a POSIX host, or keeps no files
     */
    public static SshHost open(RemoteShell shell, Optional<Path> stateDirectory)
            throws IOException, InterruptedException {
        Exchanges exchanges = new Exchanges(shell);
        List<String> arguments = List.of(
                stateDirectory.map(Path::toString).orElse(""), UUID.randomUUID().toString());
        Exchanges.Answer answer = exchanges.ask(Scripts.OPEN, arguments, NOTHING, MANY);
        if (!answer.ended().succeeded()) {
            throw HostFacts.noShell(
                    shell.name(),
                    new String(answer.output(), StandardCharsets.UTF_8)
                            + answer.ended().errors());
        }
        return new SshHost(shell, exchanges, HostFacts.read(shell.name(), answer.output()));
    }

    private SshHost(RemoteShell shell, Exchanges exchanges, HostFacts facts) {
        this.shell = shell;
        this.exchanges = exchanges;
        this.facts = facts;
        this.files = new SshFiles(shell.name(), exchanges, facts.stateDirectory());
    }

    @Override
    public HostId id() {
        return facts.id();
    }

    @Override
    public String boot() {
        return facts.boot();
    }

    @Override
    public String name() {
        return shell.name();
    }

    @Override
    public HostFiles files() {
        return files;
    }

    @Override
    public Set<String> variables() {
        return facts.variables();
    }

    @Override
    public void requirePosix() {
        if (!facts.hasProc()) {
            throw new RefusedException(
                    "The host " + name() + " (" + facts.system() + ") has no /proc, which processes are found again by",
                    "Mount it, or release to a host that runs Linux");
        }
        if (!facts.missing().isEmpty()) {
            throw new RefusedException(
                    "The host " + name() + " has no " + String.join(", ", facts.missing()) + " in its PATH",
                    "Install what is missing; Debian has it in coreutils, grep, tar and util-linux");
        }
    }

    @Override
    public CommandResult run(Command command, Duration timeout) throws IOException, InterruptedException {
        requirePosix();
        // In whole seconds, which every sleep(1) understands.
        long seconds = timeout.plusMillis(999).toSeconds();
        OutputTail output = new OutputTail(OUTPUT_LIMIT);
        long start = System.nanoTime();
        RemoteShell.Ended ended;
        try (HeldInput input = new HeldInput(assignments(command))) {
            ended = shell.run(
                    Scripts.RUN,
                    arguments(command, Long.toString(seconds)),
                    input,
                    output.end(),
                    Duration.ofSeconds(seconds).plus(MARGIN));
        }
        Duration took = Duration.ofNanos(System.nanoTime() - start);
        String[] how = verdict(command, ended).split(" ");
        return how[0].equals("timeout")
                ? new CommandResult(EXIT_SIGKILL, output.toString(), took, true)
                : new CommandResult(Integer.parseInt(how[1]), output.toString(), took, false);
    }

    @Override
    public ProcessRef start(Command command, Path output) throws IOException {
        requirePosix();
        Exchanges.Answer answer;
        try {
            answer = exchanges.once(Scripts.START, arguments(command, output.toString()), assignments(command), FEW);
        } catch (InterruptedException e) {
            throw Exchanges.interrupted(e);
        }
        Optional<ProcessRef> started = reference(answer);
        if (started.isPresent()) {
            return started.get();
        }
        verdict(command, answer.ended());
        throw new IOException("'" + command.argv().get(0) + "' was not started on " + name() + ": "
                + answer.ended().errors().strip());
    }

    private static List<String> arguments(Command command, String second) {
        List<String> arguments = new ArrayList<>();
        arguments.add(command.directory().map(Path::toString).orElse(""));
        arguments.add(second);
        arguments.addAll(command.argv());
        return arguments;
    }

    /** The command's environment as {@code command.sh} reads it. */
    private byte[] assignments(Command command) {
        StringBuilder text = new StringBuilder();
        command.environment().forEach((name, value) -> {
            if (!name.matches("[A-Za-z_][A-Za-z0-9_]*")) {
                throw new RefusedException(
                        "The environment variable '" + name + "' cannot be given to a command on " + name(),
                        "Use a name of letters, digits and underscores");
            }
            text.append("export ")
                    .append(name)
                    .append('=')
                    .append(LoginShellCommand.quote(value))
                    .append('\n');
        });
        long lines = text.chars().filter(c -> c == '\n').count();
        return (lines + "\n" + text).getBytes(StandardCharsets.UTF_8);
    }

    /** The last word of a script on how its command went: {@code exit} and a number, or {@code timeout}. */
    private String verdict(Command command, RemoteShell.Ended ended) throws IOException {
        String program = command.argv().get(0);
        String last = ended.errors()
                .lines()
                .filter(line -> line.startsWith("tdeploy "))
                .reduce((first, second) -> second)
                .map(line -> line.substring("tdeploy ".length()))
                .orElse("");
        if (last.equals("refused directory")) {
            throw new RefusedException(
                    "The directory " + command.directory().map(Path::toString).orElse("") + " to run '" + program
                            + "' in does not exist on " + name(),
                    "Create it, or correct the path");
        } else if (last.equals("refused program")) {
            throw new RefusedException(
                    "The program '" + program + "' does not exist or may not be executed on " + name(),
                    "Install it, correct its path, or make it executable");
        } else if (last.equals("refused environment")) {
            throw new RefusedException(
                    "One of the environment variables of '" + program + "' cannot be set on " + name() + ": "
                            + String.join(", ", command.environment().keySet()),
                    "Leave out those that belong to the shell, such as UID and PPID");
        } else if (!last.equals("timeout") && !last.matches("exit \\d{1,3}")) {
            throw new IOException("it is not known how '" + program + "' ended on " + name() + ": "
                    + ended.errors().strip());
        }
        return last;
    }

    /** By the host's own clock, as all that it is compared with: whether that is right does not matter. */
    @Override
    public Optional<ProcessRef> find(long pid) throws IOException {
        return pid <= 1
                ? Optional.empty()
                : reference(exchanges.askQuietly(Scripts.FIND, List.of(Long.toString(pid)), NOTHING, FEW));
    }

    /** Reads {@code pid start boot btime seconds}. */
    private Optional<ProcessRef> reference(Exchanges.Answer answer) throws IOException {
        String said = new String(answer.output(), StandardCharsets.US_ASCII).strip();
        if (!answer.ended().succeeded() || said.isEmpty()) {
            if (!answer.ended().succeeded()) {
                throw new IOException(name() + " cannot say which processes it has: "
                        + answer.ended().errors().strip());
            }
            return Optional.empty();
        }
        String[] words = said.split(" ");
        try {
            Instant boot = Instant.ofEpochSecond(Long.parseLong(words[4]));
            Instant startedAt = words[1].equals("ended")
                    ? boot
                    : boot.plusMillis(Long.parseLong(words[1]) * 1000 / facts.ticksPerSecond());
            return Optional.of(new ProcessRef(Long.parseLong(words[0]), startedAt, words[2] + ":" + words[1]));
        } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) {
            throw new IOException(name() + " says of a process '" + said + "'", e);
        }
    }

    @Override
    public boolean isRunning(ProcessRef process) throws IOException {
        return find(process.pid())
                .filter(found -> found.incarnation().equals(process.incarnation()))
                .isPresent();
    }

    @Override
    public void stop(ProcessRef process, Duration grace) throws IOException, InterruptedException {
        long start = System.nanoTime();
        String signal = "TERM";
        while (true) {
            Duration left = grace.minusNanos(System.nanoTime() - start);
            boolean patient = !left.isNegative() && !left.isZero();
            if (!patient && !signal.equals("TERM")) {
                break;
            }
            Duration look = !patient ? Duration.ZERO : left.compareTo(LOOK) < 0 ? left : LOOK;
            if (isGone(process, signal, look)) {
                return;
            }
            signal = "";
        }
        long killing = System.nanoTime();
        while (!isGone(process, "KILL", LOOK)) {
            if (System.nanoTime() - killing > KILLED_BY.toNanos()) {
                throw new IOException("process " + process.pid() + " on " + name()
                        + " does not end, not even by force; whoever logs in there may not be allowed to signal it");
            }
        }
    }

    private boolean isGone(ProcessRef process, String signal, Duration look) throws IOException, InterruptedException {
        int colon = process.incarnation().lastIndexOf(':');
        List<String> arguments = List.of(
                Long.toString(process.pid()),
                process.incarnation().substring(colon + 1),
                process.incarnation().substring(0, Math.max(0, colon)),
                signal,
                Long.toString(look.dividedBy(BETWEEN_LOOKS)));
        Exchanges.Answer answer = exchanges.ask(Scripts.STOP, arguments, NOTHING, FEW);
        String said = new String(answer.output(), StandardCharsets.US_ASCII).strip();
        if (!answer.ended().succeeded() || !said.equals("gone") && !said.equals("present")) {
            throw new IOException("it is not known whether process " + process.pid() + " on " + name() + " has ended: "
                    + answer.ended().errors().strip());
        }
        return said.equals("gone");
    }
}
