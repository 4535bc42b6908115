package io.jenkins.plugins.transparentdeploy.engine.release;

import io.jenkins.plugins.transparentdeploy.engine.host.CommandResult;
import io.jenkins.plugins.transparentdeploy.engine.target.command.CommandRunner;
import io.jenkins.plugins.transparentdeploy.engine.target.command.TargetCommand;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Runs the commands of a target on the host, and knows from the history what they are run for. */
final class TargetCommands implements CommandRunner {
    private final ManagedEnvironment environment;
    private final String instance;

    TargetCommands(ManagedEnvironment environment, String instance) {
        this.environment = environment;
        this.instance = instance;
    }

    @Override
    public CommandResult run(TargetCommand command) throws IOException, InterruptedException {
        AuthorCommand authored =
                new AuthorCommand(command.argv(), command.variables(), command.environmentFile(), command.directory());
        CommandResult result = environment.await(() -> environment.host().run(authored.resolve(), command.timeout()));
        return new CommandResult(
                result.exitCode(), environment.scrub(result.output()), result.took(), result.timedOut());
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
    public Coming coming(String releaseId) throws IOException {
        Optional<ReleaseRecord> run = environment.history().find(new ReleaseId(releaseId));
        if (run.isEmpty()) {
            return new Coming(Optional.of(releaseId), "", false);
        }
        ReleaseRecord record = run.get();
        boolean back = record.state() == ReleaseState.ROLLING_BACK;
        if (record.kind() == ReleaseKind.ROLLBACK) {
            return new Coming(record.restores().map(ReleaseId::value), record.version(), true);
        }
        if (!back) {
            return new Coming(Optional.of(releaseId), record.version(), false);
        }
        Optional<ReleaseRecord> parent = record.parent().isPresent()
                ? environment.history().find(record.parent().get())
                : Optional.empty();
        return parent.isPresent()
                ? new Coming(
                        Optional.of(
                                environment.history().content(parent.get()).id().value()),
                        parent.get().version(),
                        true)
                : new Coming(Optional.empty(), "", true);
    }
}
