package io.jenkins.plugins.transparentdeploy.engine.target.command;

import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import io.jenkins.plugins.transparentdeploy.engine.host.CommandResult;
import io.jenkins.plugins.transparentdeploy.engine.journal.Reversibility;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.Manifest;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.SnapshotStore;
import io.jenkins.plugins.transparentdeploy.engine.target.command.CommandRunner.Coming;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Whatever commands can change, such as a database. A release's content is brought into effect by one command; a state that
 * another has written down before is brought back by a third. Where nothing is written down, going back is bringing the
 * older content into effect.
 */
public final class CommandTarget extends RememberingTarget {
    private static final Duration LOOK_UP = Duration.ofSeconds(30);

    /**
     * The commands.
     *
     * @param apply brings {@code $TDEPLOY_CONTENT} into effect
     * @param capture writes into {@code $TDEPLOY_STATE} what could be come back to
     * @param restore brings {@code $TDEPLOY_STATE} back; there if {@code capture} is
     * @param verify ends with 0 if what is live is what either directory says
     * @param reversibility what can be done about {@code apply}, as its author declares it
     */
    public record Commands(
            TargetCommand apply,
            Optional<TargetCommand> capture,
            Optional<TargetCommand> restore,
            Optional<TargetCommand> verify,
            Reversibility reversibility) {}

    private final Path directory;
    private final Commands commands;

    /**
     * @param directory where the commands run
     * @param memory see {@link RememberingTarget}
     */
    public CommandTarget(Path directory, Commands commands, SnapshotStore store, CommandRunner runner, Path memory) {
        super(store, runner, memory);
        this.directory = directory;
        this.commands = commands;
    }

    @Override
    public String kind() {
        return "command";
    }

    @Override
    public Path root() {
        return directory;
    }

    @Override
    public void check() throws IOException {
        if (!Files.isDirectory(directory)) {
            throw new RefusedException(
                    "The directory " + directory + ", where the commands of the target run, does not exist",
                    "Create it, or correct 'target.command.directory'");
        }
        List<TargetCommand> all = new ArrayList<>(List.of(commands.apply()));
        commands.capture().ifPresent(all::add);
        commands.restore().ifPresent(all::add);
        commands.verify().ifPresent(all::add);
        for (TargetCommand command : all) {
            requireProgram(command);
        }
    }

    /** The shell's own look-up, for the very variables that the command will have. */
    private void requireProgram(TargetCommand command) throws IOException {
        String program = command.argv().get(0);
        try {
            CommandResult found = runner.run(new TargetCommand(
                    List.of("sh", "-c", "command -v -- \"$0\"", program),
                    command.variables(),
                    command.environmentFile(),
                    command.directory(),
                    LOOK_UP));
            if (!found.succeeded()) {
                throw new RefusedException(
                        "The program '" + program + "' of the target does not exist in " + directory
                                + ", or may not be executed",
                        "Install it, correct its path, or make it executable");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("Interrupted while looking for '" + program + "'", e);
        }
    }

    @Override
    public Manifest released(Manifest content) {
        Marker.refuseIn(content);
        if (content.isEmpty()) {
            throw new RefusedException("The artifact is empty", "Release something");
        }
        return content;
    }

    @Override
    public List<String> warnings() throws IOException {
        return captures() || live().isPresent()
                ? List.of()
                : List.of("there is nothing to go back to before the first release, for the target has no 'capture':"
                        + " if it fails, what 'apply' did until then stays");
    }

    @Override
    public Optional<String> leftBehind(Manifest wanted) {
        return wanted.isEmpty()
                ? Optional.of("what 'apply' did until then stays, for the target has no 'capture'")
                : Optional.empty();
    }

    @Override
    protected boolean captures() {
        return commands.capture().isPresent();
    }

    @Override
    protected void writeDown(Path state, Optional<Manifest> live) throws IOException, InterruptedException {
        run("capture", commands.capture().orElseThrow(), Map.of("TDEPLOY_STATE", state.toString()));
    }

    @Override
    protected Optional<Act> act(Wanted wanted, Optional<Manifest> present, Coming coming) {
        if (wanted instanceof Wanted.Nothing) {
            runner.warn("nothing was live before the first release: what 'apply' did stays as it is");
            return Optional.empty();
        }
        boolean restores = wanted instanceof Wanted.State;
        if (restores && commands.restore().isEmpty()) {
            throw new RefusedException(
                    "The target has no 'restore' for a state that was captured",
                    "Add the command again, or go back to a release instead");
        }
        TargetCommand command = restores ? commands.restore().get() : commands.apply();
        String name = restores ? "restore" : "apply";
        Map<String, String> variables = new LinkedHashMap<>(directories(wanted));
        variables.put("TDEPLOY_VERSION", coming.version());
        variables.put("TDEPLOY_RELEASE", coming.release().orElse(""));
        return Optional.of(new Act() {
            @Override
            public String name() {
                return "target/" + name;
            }

            @Override
            public List<String> argv() {
                return runner.scrub(command.argv());
            }

            @Override
            public Reversibility reversibility() {
                return commands.reversibility();
            }

            @Override
            public void perform() throws IOException, InterruptedException {
                run(name, command, variables);
            }
        });
    }

    private static Map<String, String> directories(Wanted wanted) {
        if (wanted instanceof Wanted.Content content) {
            return Map.of("TDEPLOY_CONTENT", content.files().toString());
        }
        if (wanted instanceof Wanted.State state) {
            Map<String, String> directories = new LinkedHashMap<>();
            directories.put(
                    "TDEPLOY_STATE", state.files().resolve(CapturedState.STATE).toString());
            if (state.captured().content().filter(known -> !known.isEmpty()).isPresent()) {
                directories.put(
                        "TDEPLOY_CONTENT",
                        state.files().resolve(CapturedState.CONTENT).toString());
            }
            return directories;
        }
        return Map.of();
    }

    @Override
    protected boolean canDoubt() {
        return commands.verify().isPresent();
    }

    @Override
    protected Optional<String> doubt(Wanted wanted) throws IOException, InterruptedException {
        if (commands.verify().isEmpty() || wanted instanceof Wanted.Nothing) {
            return Optional.empty();
        }
        TargetCommand verify = commands.verify().get();
        CommandResult result = runner.run(verify.with(directories(wanted)));
        return result.succeeded()
                ? Optional.empty()
                : Optional.of("'verify' " + result.ending(verify.timeout()) + result.lastWords());
    }

    private void run(String name, TargetCommand command, Map<String, String> variables)
            throws IOException, InterruptedException {
        runner.tell(name, false, "");
        CommandResult result = runner.run(command.with(variables));
        if (!result.succeeded()) {
            throw new IOException("'" + name + "' " + result.ending(command.timeout()) + result.lastWords());
        }
        runner.tell(name, true, result.lastWords());
    }
}
