package io.jenkins.plugins.transparentdeploy.engine.target.ansible;

import com.fasterxml.jackson.databind.JsonNode;
import io.jenkins.plugins.transparentdeploy.engine.Json;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.FileEntry;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.Manifest;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.SnapshotStore;
import io.jenkins.plugins.transparentdeploy.engine.target.StagedTree;
import io.jenkins.plugins.transparentdeploy.engine.target.command.CommandRunner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Writes down what settings name of the hosts, before a release. */
final class AnsibleCapture {
    /** What commands said, by host and by name; beside the directories of the hosts. */
    private static final String FACTS = "facts.json";

    private final SnapshotStore store;
    private final CommandRunner runner;
    private final AnsibleSettings settings;
    private final Path playbooks;
    private final Map<String, Map<String, String>> facts = new TreeMap<>();

    /** @param playbooks the directory with the playbooks */
    AnsibleCapture(SnapshotStore store, CommandRunner runner, AnsibleSettings settings, Path playbooks) {
        this.store = store;
        this.runner = runner;
        this.settings = settings;
        this.playbooks = playbooks;
    }

    /**
     * Does it.
     *
     * @param state an empty directory, which the files are in then: {@code <host>/etc/shop.conf}
     * @throws IOException if anything of it could not be captured
     */
    void into(Path state) throws IOException, InterruptedException {
        AnsiblePlaybook ansible = new AnsiblePlaybook(store, runner, settings, playbooks);
        Map<String, Object> variables = Map.of("release_state", state.toString());
        if (!settings.captureFiles().isEmpty() || !settings.captureFacts().isEmpty()) {
            try (StagedTree work = StagedTree.empty(store)) {
                Path playbook = Files.writeString(work.directory().resolve("capture.json"), playbook());
                AnsiblePlaybook.Outcome outcome = ansible.ask(playbook, variables);
                outcome.require(settings, "capture", runner);
                facts.putAll(outcome.events().facts());
            }
        }
        if (!settings.captureFacts().isEmpty()) {
            Files.write(state.resolve(FACTS), Json.MAPPER.writeValueAsBytes(facts));
        }
        if (settings.capture().isPresent()) {
            String playbook = settings.capture().get();
            ansible.run(playbook, variables).require(settings, playbook, runner);
        }
    }

    /** What was captured, once it is in the store. */
    Captured captured(String instance, Manifest state) {
        List<Captured.CapturedFile> files = new ArrayList<>();
        for (FileEntry file : state.files()) {
            if (!file.path().equals(FACTS)) {
                files.add(new Captured.CapturedFile(file.path(), file.size(), file.content()));
            }
        }
        return new Captured(instance, files, facts);
    }

    /** What commands said when a state was captured; empty if none was asked. */
    static Optional<JsonNode> facts(Path state) throws IOException {
        Path file = state.resolve(FACTS);
        return Files.exists(file) ? Optional.of(Json.MAPPER.readTree(Files.readAllBytes(file))) : Optional.empty();
    }

    /** JSON is YAML. A file that a host does not have is none that could be come back to; a command that fails is a failure. */
    private String playbook() throws IOException {
        List<Map<String, Object>> tasks = new ArrayList<>();
        if (!settings.captureFiles().isEmpty()) {
            tasks.add(Map.of(
                    "name",
                    "capture files",
                    "ansible.builtin.fetch",
                    Map.of("src", "{{ item }}", "dest", "{{ release_state }}/", "fail_on_missing", false),
                    "loop",
                    settings.captureFiles()));
        }
        settings.captureFacts()
                .forEach((name, command) -> tasks.add(Map.of(
                        "name",
                        PlaybookEvents.FACT + name,
                        "ansible.builtin.command",
                        Map.of("argv", command),
                        "changed_when",
                        false)));
        return Json.MAPPER.writeValueAsString(List.of(Map.of("hosts", "all", "gather_facts", false, "tasks", tasks)));
    }
}
