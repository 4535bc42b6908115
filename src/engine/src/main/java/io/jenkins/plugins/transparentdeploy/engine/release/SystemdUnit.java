package io.jenkins.plugins.transparentdeploy.engine.release;

import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import io.jenkins.plugins.transparentdeploy.engine.host.Command;
import io.jenkins.plugins.transparentdeploy.engine.host.CommandResult;
import io.jenkins.plugins.transparentdeploy.engine.host.Host;
import io.jenkins.plugins.transparentdeploy.engine.host.ProcessRef;
import io.jenkins.plugins.transparentdeploy.engine.service.ProcessDefinition;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * An instance that is a unit of systemd, steered and asked by {@code systemctl}. It is systemd that keeps its process and
 * what it said, so nothing of it is remembered here.
 */
final class SystemdUnit {
    /** Beyond what the unit's own time limits allow, nobody waits. */
    private static final Duration COMMAND_TIMEOUT = Duration.ofMinutes(2);

    private static final Duration QUESTION_TIMEOUT = Duration.ofSeconds(10);
    private static final Set<String> RUNNING = Set.of("active", "activating", "reloading", "refreshing");
    private static final String PROPERTIES = "--property=LoadState,ActiveState,SubState,MainPID,NeedDaemonReload";
    private static final String RUNTIME_DIRECTORY = "XDG_RUNTIME_DIR";

    private final Host host;
    private final boolean here;
    private final ProcessDefinition.Systemd definition;

    /** @param here whether the host is this machine */
    SystemdUnit(Host host, boolean here, ProcessDefinition.Systemd definition) {
        this.host = host;
        this.here = here;
        this.definition = definition;
    }

    /** Whether its process runs, or is just being started; one that systemd starts anew because it failed does not count. */
    boolean isRunning() throws IOException {
        Map<String, String> state = state();
        return RUNNING.contains(state.getOrDefault("ActiveState", ""))
                && !state.getOrDefault("SubState", "").startsWith("auto-restart");
    }

    /** Its main process, if it has one now. */
    Optional<ProcessRef> mainProcess() throws IOException {
        String pid = state().getOrDefault("MainPID", "0");
        return pid.matches("[1-9]\\d{0,9}") ? host.find(Long.parseLong(pid)) : Optional.empty();
    }

    /**
     * What a person should know before anything is done with it, as sentences without a full stop.
     *
     * @throws RefusedException when systemd cannot be asked
     */
    List<String> warnings() {
        Map<String, String> state;
        try {
            state = state();
        } catch (IOException e) {
            throw new RefusedException(
                    e.getMessage(),
                    "See that 'systemctl show " + definition.unit() + "' answers the user that deploys");
        }
        List<String> warnings = new ArrayList<>();
        if (state.getOrDefault("LoadState", "").equals("not-found")) {
            warnings.add("systemd does not know the unit " + definition.unit()
                    + ": put its file in place and run 'systemctl daemon-reload'");
        }
        if (state.getOrDefault("NeedDaemonReload", "").equals("yes")) {
            warnings.add("The file of the unit " + definition.unit()
                    + " is newer than what systemd has read: run 'systemctl daemon-reload'");
        }
        return warnings;
    }

    /**
     * Returns when systemd says that it is started. What failed too often before does not count any more; and what could
     * not be stopped before is not taken for what was to be started.
     */
    void start() throws IOException, InterruptedException {
        host.run(steer("reset-failed"), COMMAND_TIMEOUT);
        require("start", host.run(steer("restart"), COMMAND_TIMEOUT));
    }

    /** Returns when it is stopped: as its file says, and by force when that took longer than the grace. */
    void stop(Duration grace) throws IOException, InterruptedException {
        CommandResult asked = host.run(steer("stop"), grace.isZero() ? Duration.ofMillis(1) : grace);
        if (asked.timedOut()) {
            host.run(steer("kill", "--signal=SIGKILL"), COMMAND_TIMEOUT);
            asked = host.run(steer("stop"), COMMAND_TIMEOUT);
        }
        require("stop", asked);
    }

    /** What it said last, or where that is. */
    String lastOutput() {
        List<String> journal = new ArrayList<>(List.of("journalctl"));
        if (isUsers()) {
            journal.add("--user");
        }
        journal.add("--unit=" + definition.unit());
        String hint = "(" + String.join(" ", journal) + " has it)";
        journal.addAll(List.of("--quiet", "--no-pager", "--output=cat", "--lines=20"));
        try {
            CommandResult said = host.run(command(journal), QUESTION_TIMEOUT);
            return said.succeeded() && !said.output().isBlank() ? said.output().strip() : hint;
        } catch (IOException | RefusedException e) {
            return hint;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return hint;
        }
    }

    private void require(String verb, CommandResult result) throws IOException {
        if (!result.succeeded()) {
            throw new IOException("systemd could not " + verb + " " + definition.unit() + ": "
                    + (result.timedOut()
                            ? "it is not done after " + result.took().toSeconds() + " s"
                            : result.output().strip()));
        }
    }

    private Map<String, String> state() throws IOException {
        List<String> systemctl = definition.systemctl();
        // Asking takes no privilege.
        CommandResult shown = runInterruptibly(words(List.of(systemctl.get(systemctl.size() - 1)), "show", PROPERTIES));
        if (!shown.succeeded()) {
            throw new IOException("systemd cannot be asked about " + definition.unit() + ": "
                    + shown.output().strip());
        }
        Map<String, String> state = new HashMap<>();
        shown.output().lines().forEach(line -> {
            int equals = line.indexOf('=');
            if (equals > 0) {
                state.put(line.substring(0, equals), line.substring(equals + 1));
            }
        });
        return state;
    }

    private CommandResult runInterruptibly(Command command) throws IOException {
        try {
            return host.run(command, QUESTION_TIMEOUT);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw (IOException) new InterruptedIOException("interrupted while systemd was asked").initCause(e);
        }
    }

    private Command steer(String... verb) throws IOException {
        return words(definition.systemctl(), verb);
    }

    private Command words(List<String> program, String... verb) throws IOException {
        List<String> argv = new ArrayList<>(program);
        if (isUsers()) {
            argv.add("--user");
        }
        argv.addAll(List.of(verb));
        argv.add(definition.unit());
        return command(argv);
    }

    private boolean isUsers() {
        return definition.scope() == ProcessDefinition.Scope.USER;
    }

    /**
     * An agent is often started without a session, so it has to be said where the user's systemd listens; who logs in on
     * another machine has a session.
     */
    private Command command(List<String> argv) throws IOException {
        Map<String, String> environment = new HashMap<>(Map.of("LC_ALL", "C.UTF-8"));
        if (isUsers() && here && System.getenv(RUNTIME_DIRECTORY) == null) {
            environment.put(RUNTIME_DIRECTORY, "/run/user/" + Files.getAttribute(Path.of("/proc/self"), "unix:uid"));
        }
        return new Command(argv, environment, Optional.empty());
    }
}
