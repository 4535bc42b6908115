package io.jenkins.plugins.transparentdeploy.engine.service;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How an instance runs.
 *
 * @param how a command that stays in the foreground, a pair that starts and stops, one that reloads, or a systemd unit
 * @param environment variables for the commands; never a secret
 * @param environmentFile {@code NAME=value} lines read on the host whenever a command starts, and never recorded
 * @param directory where the commands run
 * @param stopTimeout how long a stop may take before the process is killed
 */
public record ProcessDefinition(
        How how,
        Map<String, String> environment,
        Optional<Path> environmentFile,
        Path directory,
        Duration stopTimeout) {

    /** The ways to run. */
    public sealed interface How {}

    /** A command that stays in the foreground; it is started detached, and ended by a signal. */
    public record Run(List<String> command) implements How {}

    /** Commands that return: one starts, one stops (an init script). */
    public record StartStop(List<String> start, List<String> stop) implements How {}

    /** A command that makes something that goes on running take up the new files, such as the reload of a web server. */
    public record Reload(List<String> command) implements How {}

    /**
     * A unit of systemd, which starts, stops and watches the process, and keeps what it says.
     *
     * @param unit its name
     * @param scope whose systemd it belongs to
     * @param systemctl the words before the verb, such as {@code sudo systemctl}; the last one is the program
     */
    public record Systemd(String unit, Scope scope, List<String> systemctl) implements How {}

    /** The machine's systemd, or that of the user who deploys. */
    public enum Scope {
        SYSTEM,
        USER
    }
}
