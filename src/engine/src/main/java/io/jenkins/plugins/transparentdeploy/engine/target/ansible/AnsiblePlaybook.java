package io.jenkins.plugins.transparentdeploy.engine.target.ansible;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.jenkins.plugins.transparentdeploy.engine.Json;
import io.jenkins.plugins.transparentdeploy.engine.host.CommandResult;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.SnapshotStore;
import io.jenkins.plugins.transparentdeploy.engine.target.StagedTree;
import io.jenkins.plugins.transparentdeploy.engine.target.command.CommandRunner;
import io.jenkins.plugins.transparentdeploy.engine.target.command.TargetCommand;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The program {@code ansible-playbook}, run in a directory with playbooks. Variables reach it in a file, never on its command
 * line; what happens on each host comes back through a callback of this program's own. Host keys are checked, whatever an
 * {@code ansible.cfg} says.
 */
final class AnsiblePlaybook {
    static final String PROGRAM = "ansible-playbook";

    private static final String CALLBACK = "tdeploy_events";

    private final SnapshotStore store;
    private final CommandRunner runner;
    private final AnsibleSettings settings;
    private final Path directory;

    /** @param directory with the playbooks */
    AnsiblePlaybook(SnapshotStore store, CommandRunner runner, AnsibleSettings settings, Path directory) {
        this.store = store;
        this.runner = runner;
        this.settings = settings;
        this.directory = directory;
    }

    /** How a run ended, and what it did on which host. */
    record Outcome(CommandResult result, PlaybookEvents events) {
        /** Why it is not as it should be; empty if it is. */
        Optional<String> failure(AnsibleSettings settings) {
            if (result.succeeded()) {
                return events.hosts().isEmpty()
                        ? Optional.of(
                                "did nothing, for no host of the inventory was meant; mend 'hosts:' of the playbook,"
                                        + " the inventory, or 'limit'")
                        : Optional.empty();
            }
            String failed = tasks(false);
            String unreachable = tasks(true);
            if (failed.isEmpty() && unreachable.isEmpty()) {
                return Optional.of(result.ending(settings.timeout()) + result.lastWords());
            }
            return Optional.of((result.timedOut() ? result.ending(settings.timeout()) + "; " : "")
                    + (failed.isEmpty() ? "" : "failed on " + failed)
                    + (failed.isEmpty() || unreachable.isEmpty() ? "" : "; ")
                    + (unreachable.isEmpty() ? "" : "could not reach " + unreachable));
        }

        /** @throws IOException if it is not as it should be; {@code name} says in it what was run */
        void require(AnsibleSettings settings, String name, CommandRunner runner) throws IOException {
            Optional<String> failure = failure(settings);
            if (failure.isPresent()) {
                throw new IOException(
                        "playbook '" + name + "' " + String.join("", runner.scrub(List.of(failure.get()))));
            }
        }

        private String tasks(boolean unreachable) {
            return events.failures().stream()
                    .filter(task -> task.unreachable() == unreachable)
                    // Hosts work side by side; what is said of them is the same each time.
                    .sorted(Comparator.comparing(PlaybookEvents.Task::host))
                    .map(task -> task.host() + " (task '" + task.name() + "'"
                            + (task.message().isEmpty() ? "" : ": " + task.message()) + ")")
                    .collect(Collectors.joining(", "));
        }
    }

    /** Its version, as it says; empty if it is not installed. */
    static Optional<String> version(CommandRunner runner, TargetCommand model)
            throws IOException, InterruptedException {
        CommandResult result = runner.run(new TargetCommand(
                List.of(PROGRAM, "--version"),
                environment(model.variables()),
                model.environmentFile(),
                model.directory(),
                model.timeout()));
        return result.succeeded() ? Optional.of(result.output()) : Optional.empty();
    }

    /** The command line for people and for the journal. */
    List<String> argv(String playbook) {
        List<String> argv = new ArrayList<>(List.of(PROGRAM));
        argv.addAll(options());
        argv.add(playbook);
        return argv;
    }

    private List<String> options() {
        List<String> options = new ArrayList<>();
        settings.inventory().ifPresent(inventory -> options.addAll(List.of("--inventory", inventory)));
        settings.limit().ifPresent(limit -> options.addAll(List.of("--limit", limit)));
        settings.user().ifPresent(user -> options.addAll(List.of("--user", user)));
        settings.privateKeyFile().ifPresent(file -> options.addAll(List.of("--private-key", file)));
        settings.vaultPasswordFile().ifPresent(file -> options.addAll(List.of("--vault-password-file", file)));
        if (settings.become()) {
            options.add("--become");
        }
        return options;
    }

    /** Asks whether playbooks can be read; no host is contacted. */
    CommandResult checkSyntax(List<String> playbooks) throws IOException, InterruptedException {
        try (StagedTree work = StagedTree.empty(store)) {
            List<String> argv = new ArrayList<>(List.of(PROGRAM));
            argv.addAll(options());
            argv.addAll(vault(work.directory()));
            argv.add("--syntax-check");
            argv.addAll(playbooks);
            return runner.run(command(argv, Map.of()));
        }
    }

    /**
     * Runs a playbook to its end.
     *
     * @param variables over those of the settings
     * @param further options, such as {@code --check}
     */
    Outcome run(String playbook, Map<String, Object> variables, String... further)
            throws IOException, InterruptedException {
        return run(playbook, variables, Map.of(), further);
    }

    /** Runs a playbook of this program's own, whose tasks ask for facts. */
    Outcome ask(Path playbook, Map<String, Object> variables) throws IOException, InterruptedException {
        return run(playbook.toString(), variables, Map.of("TDEPLOY_FACTS", "yes"));
    }

    private Outcome run(
            String playbook, Map<String, Object> variables, Map<String, String> forCallback, String... further)
            throws IOException, InterruptedException {
        try (StagedTree work = StagedTree.empty(store)) {
            Path events = work.directory().resolve("events.jsonl");
            List<String> argv = new ArrayList<>(List.of(PROGRAM));
            argv.addAll(options());
            argv.addAll(vault(work.directory()));
            argv.addAll(List.of("--extra-vars", "@" + variables(work.directory(), variables)));
            argv.addAll(List.of(further));
            argv.add(playbook);
            Map<String, String> environment = new LinkedHashMap<>(forCallback);
            environment.put(
                    "ANSIBLE_CALLBACK_PLUGINS", callback(work.directory()).toString());
            environment.put("ANSIBLE_CALLBACKS_ENABLED", CALLBACK);
            environment.put("TDEPLOY_EVENTS", events.toString());
            CommandResult result = runner.run(command(argv, environment));
            return new Outcome(
                    result, PlaybookEvents.read(events, text -> String.join("", runner.scrub(List.of(text)))));
        }
    }

    private TargetCommand command(List<String> argv, Map<String, String> further) {
        Map<String, String> environment = environment(settings.environment());
        environment.putAll(further);
        return new TargetCommand(
                argv, environment, settings.environmentFile().map(Path::of), directory, settings.timeout());
    }

    private static Map<String, String> environment(Map<String, String> described) {
        Map<String, String> environment = new LinkedHashMap<>(described);
        environment.put("ANSIBLE_HOST_KEY_CHECKING", "True");
        environment.put("ANSIBLE_NOCOLOR", "1");
        environment.put("ANSIBLE_RETRY_FILES_ENABLED", "False");
        // It refuses to run in any locale that is not UTF-8.
        environment.put("LC_ALL", "C.UTF-8");
        return environment;
    }

    private Path variables(Path work, Map<String, Object> further) throws IOException {
        ObjectNode all = Json.MAPPER.createObjectNode();
        settings.variables().fields().forEachRemaining(variable -> all.set(variable.getKey(), variable.getValue()));
        further.forEach((name, value) -> all.set(name, Json.MAPPER.valueToTree(value)));
        return Files.writeString(work.resolve("variables.json"), Json.MAPPER.writeValueAsString(all));
    }

    /** A password in a variable is handed over by a program, for Ansible takes it from files and programs only. */
    private List<String> vault(Path work) throws IOException {
        if (settings.vaultPasswordVariable().isEmpty()) {
            return List.of();
        }
        Path program = Files.writeString(
                work.resolve("vault-password"),
                "#!/bin/sh\nprintf '%s\\n' \"$"
                        + settings.vaultPasswordVariable().get() + "\"\n");
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
        return List.of("--vault-password-file", program.toString());
    }

    private static Path callback(Path work) throws IOException {
        Path directory = Files.createDirectory(work.resolve("callback"));
        try (InputStream plugin = AnsiblePlaybook.class.getResourceAsStream(CALLBACK + ".py")) {
            Files.copy(plugin, directory.resolve(CALLBACK + ".py"));
        }
        return directory;
    }
}
