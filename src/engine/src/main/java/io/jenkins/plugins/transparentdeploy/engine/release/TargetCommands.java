package io.jenkins.plugins.transparentdeploy.engine.release;

import io.jenkins.plugins.transparentdeploy.engine.host.CommandResult;
import io.jenkins.plugins.transparentdeploy.engine.host.HostFiles;
import io.jenkins.plugins.transparentdeploy.engine.host.ProcessRef;
import io.jenkins.plugins.transparentdeploy.engine.target.command.CommandRunner;
import io.jenkins.plugins.transparentdeploy.engine.target.command.TargetCommand;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** Runs the commands of a target on the host, and knows from the history what they are run for. */
final class TargetCommands implements CommandRunner {
    /** How far apart a process's start and the writing of its pid may be for the two to belong together. */
    private static final Duration PID_TOLERANCE = Duration.ofSeconds(5);

    private static final Pattern PID = Pattern.compile("[1-9][0-9]{0,17}");
    private static final Duration GRACE = Duration.ofSeconds(5);

    private final ManagedEnvironment environment;
    private final String instance;
    private final Path pidFile;

    /** @param pidFile where the command that runs writes its pid before it becomes the command */
    TargetCommands(ManagedEnvironment environment, String instance, Path pidFile) {
        this.environment = environment;
        this.instance = instance;
        this.pidFile = pidFile;
    }

    @Override
    public CommandResult run(TargetCommand command) throws IOException, InterruptedException {
        // Who only looks, beside somebody who changes things, runs what changes nothing, and must end nothing.
        CommandResult result = environment.mayChange() ? runAlone(command) : run(command, command.argv());
        return new CommandResult(
                result.exitCode(), environment.scrub(result.output()), result.took(), result.timedOut());
    }

    private CommandResult runAlone(TargetCommand command) throws IOException, InterruptedException {
        HostFiles files = environment.host().files();
        endLeftOver(files);
        files.createDirectories(pidFile.getParent());
        List<String> argv =
                new ArrayList<>(List.of("/bin/sh", "-c", "echo $$ > \"$0\" && exec \"$@\"", pidFile.toString()));
        argv.addAll(command.argv());
        try {
            return run(command, argv);
        } finally {
            files.delete(pidFile);
        }
    }

    private CommandResult run(TargetCommand command, List<String> argv) throws IOException, InterruptedException {
        AuthorCommand authored =
                new AuthorCommand(argv, command.variables(), command.environmentFile(), command.directory());
        return environment.await(() -> environment.host().run(authored.resolve(environment.host()), command.timeout()));
    }

    /**
     * Ends a command that a process has left running when it died: it would go on changing what is changed now. Whoever holds
     * the lock knows that nobody waits for it.
     */
    private void endLeftOver(HostFiles files) throws IOException, InterruptedException {
        Optional<byte[]> pid = files.read(pidFile);
        Optional<Instant> written = files.modified(pidFile);
        if (pid.isEmpty() || written.isEmpty()) {
            return;
        }
        String text = new String(pid.get(), StandardCharsets.UTF_8).strip();
        Optional<ProcessRef> left =
                PID.matcher(text).matches() ? environment.host().find(Long.parseLong(text)) : Optional.empty();
        if (left.filter(process -> Duration.between(process.startedAt(), written.get())
                                .abs()
                                .compareTo(PID_TOLERANCE)
                        < 0)
                .isPresent()) {
            warn("a command was still running for a process that has died; it is ended");
            environment.host().stop(left.get(), GRACE);
        }
        files.delete(pidFile);
    }

    @Override
    public List<String> scrub(List<String> words) {
        return words.stream().map(environment::scrub).toList();
    }

    @Override
    public void tell(String act, boolean done, String more) {
        environment.tell(
                ReleaseEvent.Type.ACT, instance, act + (done ? " done" : "") + more, Map.of("act", act, "done", done));
    }

    @Override
    public void warn(String message) {
        environment.tell(ReleaseEvent.Type.WARNING, instance, message, Map.of());
    }

    @Override
    public Coming live() throws IOException {
        ReleaseHistory history = environment.history();
        Optional<ReleaseRecord> live = history.live();
        return live.isPresent()
                ? new Coming(
                        Optional.of(history.content(live.get()).id().value()),
                        live.get().version(),
                        false,
                        false)
                : new Coming(Optional.empty(), "", false, false);
    }

    @Override
    public Coming coming(String releaseId) throws IOException {
        ReleaseHistory history = environment.history();
        Optional<ReleaseRecord> run = history.find(new ReleaseId(releaseId));
        if (run.isEmpty()) {
            return new Coming(Optional.of(releaseId), "", false, false);
        }
        ReleaseRecord record = run.get();
        if (record.kind() == ReleaseKind.ROLLBACK) {
            return new Coming(record.restores().map(ReleaseId::value), record.version(), true, true);
        }
        if (record.state() != ReleaseState.ROLLING_BACK) {
            return new Coming(Optional.of(releaseId), record.version(), false, false);
        }
        Optional<ReleaseRecord> parent =
                record.parent().isPresent() ? history.find(record.parent().get()) : Optional.empty();
        return parent.isPresent()
                ? new Coming(
                        Optional.of(history.content(parent.get()).id().value()),
                        parent.get().version(),
                        true,
                        false)
                : new Coming(Optional.empty(), "", true, false);
    }
}
