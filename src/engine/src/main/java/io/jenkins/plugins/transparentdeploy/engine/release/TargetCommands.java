package io.jenkins.plugins.transparentdeploy.engine.release;

import io.jenkins.plugins.transparentdeploy.engine.host.Command;
import io.jenkins.plugins.transparentdeploy.engine.host.CommandResult;
import io.jenkins.plugins.transparentdeploy.engine.target.command.CommandRunner;
import io.jenkins.plugins.transparentdeploy.engine.target.command.TargetCommand;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Runs the commands of a target on the host, and knows from the history what they are run for. */
final class TargetCommands implements CommandRunner {
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
        CommandResult result = environment.mayChange()
                ? runAlone(command)
                : environment.await(() -> environment.host().run(resolved(command), command.timeout()));
        return new CommandResult(
                result.exitCode(), environment.scrub(result.output()), result.took(), result.timedOut());
    }

    private CommandResult runAlone(TargetCommand command) throws IOException, InterruptedException {
        SoleCommand sole = new SoleCommand(environment.host(), pidFile);
        if (sole.endLeftOver()) {
            warn("a command was still running for a process that has died; it is ended");
        }
        return environment.await(() -> sole.run(resolved(command), command.timeout()));
    }

    private Command resolved(TargetCommand command) throws IOException {
        return new AuthorCommand(command.argv(), command.variables(), command.environmentFile(), command.directory())
                .resolve(environment.host());
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
