package io.jenkins.plugins.transparentdeploy.engine.release;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.jenkins.plugins.transparentdeploy.engine.Json;
import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import io.jenkins.plugins.transparentdeploy.engine.host.Command;
import io.jenkins.plugins.transparentdeploy.engine.host.CommandResult;
import io.jenkins.plugins.transparentdeploy.engine.host.EnvironmentFile;
import io.jenkins.plugins.transparentdeploy.engine.host.Host;
import io.jenkins.plugins.transparentdeploy.engine.host.HostFiles;
import io.jenkins.plugins.transparentdeploy.engine.host.ProcessRef;
import io.jenkins.plugins.transparentdeploy.engine.service.ProcessDefinition;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The process of one instance. It outlives whoever started it and is found again by its pid and start time.
 *
 * <p>Its pid is written by the process itself before it becomes the command, so that a crash between starting it and
 * remembering it leaves no process that nobody knows of.
 */
public final class InstanceProcess {
    /** How long a start or stop command may take, beyond the stop timeout. */
    private static final Duration COMMAND_TIMEOUT = Duration.ofMinutes(2);

    /** How far apart a process's start and the writing of its pid may be for the two to belong together. */
    private static final Duration PID_TOLERANCE = Duration.ofSeconds(5);

    private static final int LAST_OUTPUT = 4_096;

    /** Stands in the output before what each start says, so that nobody takes an earlier one's last words for its own. */
    private static final String STARTED = "--- tdeploy started this instance ---";

    private final Host host;
    private final HostFiles files;
    /** Absolute, or of another machine below this program's directory there. */
    private final Path directory;

    private final Optional<ProcessDefinition> definition;

    private InstanceProcess(Host host, Path directory, Optional<ProcessDefinition> definition) {
        this.host = host;
        this.files = host.files();
        this.directory = directory;
        this.definition = definition;
    }

    /** One on this machine. @param directory for what is remembered of it; absolute */
    static InstanceProcess here(Host host, Path directory, Optional<ProcessDefinition> definition) {
        return new InstanceProcess(host, directory, definition);
    }

    /** One on another machine. @param directory below this program's own directory there */
    static InstanceProcess on(Host host, Path directory, Optional<ProcessDefinition> definition) {
        return new InstanceProcess(host, directory, definition);
    }

    /** Found out when it is needed: of another machine nothing is known before it was asked. */
    private Path directory() throws IOException {
        return directory.isAbsolute() ? directory : files.stateDirectory().resolve(directory);
    }

    /** The same process, as another release describes it. */
    InstanceProcess as(Optional<ProcessDefinition> other) {
        return new InstanceProcess(host, directory, other);
    }

    /** Whether it can be seen to run. */
    boolean isObservable() {
        return definition.isPresent()
                && (definition.get().how() instanceof ProcessDefinition.Run || unit().isPresent());
    }

    private Optional<SystemdUnit> unit() {
        return definition
                .map(ProcessDefinition::how)
                .filter(ProcessDefinition.Systemd.class::isInstance)
                .map(systemd -> new SystemdUnit(host, directory.isAbsolute(), (ProcessDefinition.Systemd) systemd));
    }

    /** What a person should know before it is started or stopped, as sentences without a full stop. */
    List<String> warnings() throws IOException {
        List<String> warnings =
                new ArrayList<>(unit().map(SystemdUnit::warnings).orElse(List.of()));
        Optional<Path> environmentFile = definition.flatMap(ProcessDefinition::environmentFile);
        if (environmentFile.isPresent()) {
            try {
                new EnvironmentFile(environmentFile.get()).read(files);
            } catch (RefusedException unreadable) {
                warnings.add(unreadable.problem() + ", and nothing is started without it");
            }
        }
        return warnings;
    }

    /** The process that serves, if it can be seen. */
    public Optional<ProcessRef> running() throws IOException {
        if (unit().isPresent()) {
            return unit().get().mainProcess();
        }
        return isObservable() ? find() : Optional.empty();
    }

    /** Whether there is anything to start and stop. */
    public boolean isDefined() {
        return definition.isPresent();
    }

    /** Whether the process can be seen to run; always true for one that only commands know of. */
    public boolean isRunning() throws IOException {
        if (unit().isPresent()) {
            return unit().get().isRunning();
        }
        return !isObservable() || find().isPresent();
    }

    /** Starts it unless it runs; a unit is started anew. Returns when the process exists, or the start command has ended well. */
    void start() throws IOException, InterruptedException {
        if (definition.isEmpty()) {
            return;
        }
        ProcessDefinition process = definition.get();
        if (process.how() instanceof ProcessDefinition.StartStop pair) {
            runToEnd("start", pair.start(), COMMAND_TIMEOUT);
        } else if (process.how() instanceof ProcessDefinition.Reload reload) {
            runToEnd("reload", reload.command(), COMMAND_TIMEOUT);
        } else if (unit().isPresent()) {
            unit().get().start();
        } else if (process.how() instanceof ProcessDefinition.Run run && find().isEmpty()) {
            files.createDirectories(directory());
            files.delete(pidFile());
            List<String> argv = new ArrayList<>(List.of(
                    "/bin/sh",
                    "-c",
                    "echo $$ > \"$0\" && echo '" + STARTED + "' && exec \"$@\"",
                    pidFile().toString()));
            argv.addAll(run.command());
            ProcessRef started = host.start(command(argv), output());
            files.write(processFile(), Json.MAPPER.writeValueAsBytes(started));
        }
    }

    /** Ends it, first by asking, after the stop timeout by force. Returns when it is gone. */
    void stop() throws IOException, InterruptedException {
        if (definition.isEmpty()) {
            return;
        }
        ProcessDefinition process = definition.get();
        if (process.how() instanceof ProcessDefinition.StartStop pair) {
            runToEnd("stop", pair.stop(), process.stopTimeout().plus(COMMAND_TIMEOUT));
        } else if (unit().isPresent()) {
            unit().get().stop(process.stopTimeout());
        } else if (process.how() instanceof ProcessDefinition.Run) {
            // The one remembered may have died and left what it started; the host ends its whole group.
            Optional<ProcessRef> remembered = remembered();
            if (remembered.isPresent()) {
                host.stop(remembered.get(), process.stopTimeout());
            }
            // Started since, by somebody who died before remembering it.
            Optional<ProcessRef> unremembered = unremembered();
            if (unremembered.isPresent()) {
                host.stop(unremembered.get(), process.stopTimeout());
            }
            files.delete(processFile());
            files.delete(pidFile());
        }
    }

    /** Whether to start it ends what runs of the other: systemd starts a unit anew. */
    boolean replaces(InstanceProcess other) {
        return unit().isPresent()
                && other.unit().isPresent()
                && definition.get().how().equals(other.definition.get().how());
    }

    private void runToEnd(String what, List<String> argv, Duration timeout) throws IOException, InterruptedException {
        Command command = command(argv);
        host.requireRunnable(command);
        // One that a process has left running when it died would stop what is started now, or start what is stopped.
        SoleCommand sole = new SoleCommand(host, directory().resolve("command.pid"));
        sole.endLeftOver();
        CommandResult result = sole.run(command, timeout);
        if (result.exitCode() != 0 || result.timedOut()) {
            throw new IOException("The " + what + " command " + argv + " "
                    + (result.timedOut()
                            ? "did not end within " + timeout.toSeconds() + " s"
                            : "ended with exit code " + result.exitCode())
                    + ": " + tail(result.output()));
        }
    }

    private Command command(List<String> argv) throws IOException {
        ProcessDefinition process = definition.orElseThrow();
        return new AuthorCommand(argv, process.environment(), process.environmentFile(), process.directory())
                .resolve(host);
    }

    private Optional<ProcessRef> find() throws IOException {
        Optional<ProcessRef> remembered = remembered();
        return remembered.isPresent() && host.isRunning(remembered.get()) ? remembered : unremembered();
    }

    private Optional<ProcessRef> remembered() throws IOException {
        Optional<byte[]> written = files.read(processFile());
        try {
            return written.isPresent()
                    ? Optional.of(Json.MAPPER.readValue(written.get(), ProcessRef.class))
                    : Optional.empty();
        } catch (JsonProcessingException e) {
            return Optional.empty();
        }
    }

    /** A process that wrote its pid, started by somebody who died before remembering it. */
    private Optional<ProcessRef> unremembered() throws IOException {
        Optional<byte[]> pid = files.read(pidFile());
        Optional<Instant> written = files.modified(pidFile());
        if (pid.isEmpty() || written.isEmpty()) {
            return Optional.empty();
        }
        try {
            return host.find(Long.parseLong(new String(pid.get(), StandardCharsets.US_ASCII).trim()))
                    .filter(process -> Duration.between(process.startedAt(), written.get())
                                    .abs()
                                    .compareTo(PID_TOLERANCE)
                            < 0);
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    /** What the process said last since it was started, for an error message; may be empty. */
    public String lastOutput() {
        if (unit().isPresent()) {
            return tail(unit().get().lastOutput());
        }
        try {
            String last = new String(files.tail(output(), LAST_OUTPUT), StandardCharsets.UTF_8);
            int start = last.lastIndexOf(STARTED);
            return tail(start < 0 ? last : last.substring(start + STARTED.length()));
        } catch (IOException e) {
            return "";
        }
    }

    private static String tail(String text) {
        String stripped = text.strip();
        return stripped.length() <= LAST_OUTPUT ? stripped : "…" + stripped.substring(stripped.length() - LAST_OUTPUT);
    }

    /** Where the output of a process that is kept in the foreground goes. */
    public Path output() throws IOException {
        return directory().resolve("output.log");
    }

    private Path processFile() throws IOException {
        return directory().resolve("process.json");
    }

    private Path pidFile() throws IOException {
        return directory().resolve("pid");
    }
}
