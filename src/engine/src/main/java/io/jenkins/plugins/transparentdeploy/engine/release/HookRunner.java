package io.jenkins.plugins.transparentdeploy.engine.release;

import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import io.jenkins.plugins.transparentdeploy.engine.host.Command;
import io.jenkins.plugins.transparentdeploy.engine.host.CommandResult;
import io.jenkins.plugins.transparentdeploy.engine.journal.Journal;
import io.jenkins.plugins.transparentdeploy.engine.journal.JournalRecord;
import io.jenkins.plugins.transparentdeploy.engine.journal.Operation.RunCommand;
import io.jenkins.plugins.transparentdeploy.engine.journal.Reversibility;
import io.jenkins.plugins.transparentdeploy.engine.service.EnvironmentDefinition;
import io.jenkins.plugins.transparentdeploy.engine.service.HookDefinition;
import io.jenkins.plugins.transparentdeploy.engine.service.HookPhase;
import io.jenkins.plugins.transparentdeploy.engine.service.TargetDefinition;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Runs the hooks of a release. Each is in the journal before it begins, and done there only when it ended well: what
 * is begun and not done may have done some of its work, and is run again, or taken back, by whoever comes next. So a
 * hook runs at least once, and has to bear being run twice.
 */
public final class HookRunner {
    private final ReleaseRun run;
    private final ManagedEnvironment environment;
    private final Journal journal;

    public HookRunner(ReleaseRun run) {
        this.run = run;
        this.environment = run.environment();
        this.journal = environment.journal();
    }

    /**
     * Goes through a phase on the way forward.
     *
     * @throws IOException when a hook fails; those after it do not run
     */
    public void forward(HookPhase phase) throws IOException, InterruptedException {
        for (HookDefinition hook : environment.definition().hooks(phase)) {
            run(hook, environment.definition(), operation(hook, run.record(), hook.command(), false), run.record());
        }
    }

    /**
     * Goes through a phase of a rollback. A hook that fails is warned of: it must not keep anything from coming back.
     *
     * @param described how the release that the hooks belong to is described
     */
    public void back(HookPhase phase, EnvironmentDefinition described) throws InterruptedException {
        for (HookDefinition hook : described.hooks(phase)) {
            try {
                run(hook, described, operation(hook, run.record(), hook.command(), false), run.record());
            } catch (IOException | RefusedException e) {
                warn("going on: " + e.getMessage());
            }
        }
    }

    /**
     * Takes back what a command did, as its own release says.
     *
     * @throws IOException when that fails; it is in effect then as it was before
     */
    public void undo(RunCommand command) throws IOException, InterruptedException {
        Origin origin = origin(command);
        if (!(origin.hook().undo() instanceof HookDefinition.UndoBy undo)) {
            throw new IOException(
                    "Hook '" + command.name() + "' of release "
                            + origin.release().id()
                            + " says nothing any more that takes it back. Take it back by hand, and accept it with --accept-one-way");
        }
        run(
                origin.hook(),
                origin.described(),
                operation(origin.hook(), origin.release(), undo.command(), true),
                origin.release());
    }

    /**
     * Runs a command again that was taken back, as its own release says.
     *
     * @throws IOException when that fails
     */
    public void redo(RunCommand command) throws IOException, InterruptedException {
        Origin origin = origin(command);
        run(
                origin.hook(),
                origin.described(),
                operation(origin.hook(), origin.release(), origin.hook().command(), false),
                origin.release());
    }

    /**
     * Ends a hook that is still running for a process that has died: it would do its work after it was taken back. Idempotent;
     * for those who hold the lock. One that cannot be ended is warned of: nothing is kept from coming back for it.
     */
    public void endLeftOver() throws InterruptedException {
        try {
            if (sole().endLeftOver()) {
                warn("a hook was still running for a process that has died; it is ended");
            }
        } catch (IOException e) {
            warn("a hook may still be running for a process that has died: " + e.getMessage());
        }
    }

    private void warn(String message) {
        environment.tell(ReleaseEvent.Type.WARNING, message, Map.of());
    }

    private SoleCommand sole() {
        return new SoleCommand(environment.host(), environment.directory().hookPid());
    }

    /** Where a command is described. The journal has it without its secrets; so it is not run from there. */
    private record Origin(ReleaseRecord release, EnvironmentDefinition described, HookDefinition hook) {}

    private Origin origin(RunCommand command) throws IOException {
        Optional<ReleaseRecord> release = command.release().isPresent()
                ? environment.history().find(new ReleaseId(command.release().get()))
                : Optional.empty();
        if (release.isPresent()) {
            EnvironmentDefinition described = environment.definitionOf(release.get());
            Optional<HookDefinition> hook = described.hooks().stream()
                    .filter(found -> found.name().equals(command.name()))
                    .findFirst();
            if (hook.isPresent()) {
                return new Origin(release.get(), described, hook.get());
            }
        }
        throw new IOException("The release " + command.release().orElse("") + " that describes the hook '"
                + command.name() + "' is not in the history. Take back what it did by hand");
    }

    private RunCommand operation(HookDefinition hook, ReleaseRecord release, List<String> argv, boolean undo) {
        List<String> inverse = hook.undo() instanceof HookDefinition.UndoBy by ? by.command() : List.of();
        return new RunCommand(
                "",
                hook.name(),
                scrub(argv),
                scrub(undo ? hook.command() : inverse),
                reversibility(hook.undo()),
                Optional.of(release.id().value()),
                undo,
                Optional.empty());
    }

    static Reversibility reversibility(HookDefinition.Undo undo) {
        if (undo instanceof HookDefinition.OneWay) {
            return Reversibility.ONE_WAY;
        }
        return undo instanceof HookDefinition.UndoBy ? Reversibility.COMPENSABLE : Reversibility.REVERSIBLE;
    }

    private List<String> scrub(List<String> words) {
        return words.stream().map(environment::scrub).toList();
    }

    private void run(HookDefinition hook, EnvironmentDefinition described, RunCommand operation, ReleaseRecord release)
            throws IOException, InterruptedException {
        String act = (operation.undo() ? "taking back " : "hook ") + hook.name();
        List<String> argv = operation.undo() ? ((HookDefinition.UndoBy) hook.undo()).command() : hook.command();
        AuthorCommand command =
                new AuthorCommand(argv, variables(hook, release), hook.environmentFile(), directory(hook, described));
        environment.tell(ReleaseEvent.Type.ACT, act, Map.of("act", act, "done", false));
        JournalRecord.Intent intent = journal.intend(operation);
        CommandResult result;
        try {
            endLeftOver();
            result = environment.await(() -> {
                Command resolved = command.resolve(environment.host());
                environment.host().requireRunnable(resolved);
                return sole().run(resolved, hook.timeout());
            });
        } catch (RefusedException e) {
            // Its program or its environment file is not there, so it did nothing.
            journal.abandon(intent);
            throw new IOException(act + ": " + e.getMessage(), e);
        }
        if (!result.succeeded()) {
            throw new IOException(act + " " + result.ending(hook.timeout()) + result.lastWords());
        }
        journal.done(intent);
        journal.sync();
        environment.tell(ReleaseEvent.Type.ACT, act + " done" + result.lastWords(), Map.of("act", act, "done", true));
    }

    private Map<String, String> variables(HookDefinition hook, ReleaseRecord release) throws IOException {
        Map<String, String> variables = new LinkedHashMap<>(hook.environment());
        variables.put("RELEASE_ID", release.id().value());
        variables.put("RELEASE_VERSION", release.version());
        variables.put("RELEASE_SERVICE", release.service());
        variables.put("RELEASE_ENVIRONMENT", release.environment());
        variables.put("RELEASE_PHASE", hook.phase().key());
        Optional<ReleaseRecord> parent = release.parent().isPresent()
                ? environment.history().find(release.parent().get())
                : Optional.empty();
        parent.ifPresent(found -> variables.put("RELEASE_PREVIOUS_VERSION", found.version()));
        return variables;
    }

    /** Before the first release there are no live files; their directory is. */
    private Path directory(HookDefinition hook, EnvironmentDefinition described) {
        TargetDefinition target = described.instances().get(0).target();
        if (described.isRemote()) {
            // Hooks run here, where there are no live files.
            return hook.directory().orElse(environment.directory().root());
        }
        return hook.directory().orElse(Files.isDirectory(target.live()) ? target.live() : target.root());
    }
}
