package io.jenkins.plugins.transparentdeploy.engine.service;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A command on the host that belongs to a release, such as a database migration.
 *
 * @param name unique in its environment: the phase, a slash, and what the author calls it
 * @param command the program and its arguments; no shell reads them
 * @param undo what takes it back
 * @param timeout after which it is killed, with everything it started
 * @param environment variables; never a secret
 * @param environmentFile {@code NAME=value} lines read when it runs, and never recorded
 * @param directory where it runs; empty for the live files of the first instance
 */
public record HookDefinition(
        HookPhase phase,
        String name,
        List<String> command,
        Undo undo,
        Duration timeout,
        Map<String, String> environment,
        Optional<Path> environmentFile,
        Optional<Path> directory) {

    public HookDefinition {
        command = List.copyOf(command);
        environment = Map.copyOf(environment);
    }

    /** What takes a hook back. */
    public sealed interface Undo {}

    /** A command does. */
    public record UndoBy(List<String> command) implements Undo {
        public UndoBy {
            command = List.copyOf(command);
        }
    }

    /** It leaves nothing that would have to be taken back. */
    public record NothingToUndo() implements Undo {}

    /** Nothing does: whoever goes back across it must know what they are doing. */
    public record OneWay() implements Undo {}
}
