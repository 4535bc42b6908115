package io.jenkins.plugins.transparentdeploy.engine.service;

import com.fasterxml.jackson.databind.JsonNode;
import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import io.jenkins.plugins.transparentdeploy.engine.host.Scrubber;
import io.jenkins.plugins.transparentdeploy.engine.host.SecretNames;
import io.jenkins.plugins.transparentdeploy.engine.strategy.BlueGreen;
import io.jenkins.plugins.transparentdeploy.engine.strategy.Strategy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads the commands that belong to a release. What takes one back is never guessed: its author has to say it. */
final class HookReader {
    static final Set<String> KEYS = HookPhase.keys();
    static final Set<String> HOOK_KEYS = Set.of(
            "name", "command", "shell", "undo", "oneWay", "timeout", "environment", "environmentFile", "directory");

    private static final String NONE_NEEDED = "none-needed";
    private static final Set<String> SHELL_KEYS = Set.of("shell");
    private static final Duration TIMEOUT = Duration.ofMinutes(5);

    private HookReader() {}

    static List<HookDefinition> read(Section section, Strategy strategy) {
        if (section.has(HookPhase.BEFORE_TRAFFIC.key()) && !strategy.name().equals(BlueGreen.NAME)) {
            throw section.bad(
                    HookPhase.BEFORE_TRAFFIC.key(),
                    "never comes with the strategy '" + strategy.name() + "': its instances get requests one by one",
                    "Use 'afterDeploy', or the strategy '" + BlueGreen.NAME + "'");
        }
        List<HookDefinition> hooks = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (HookPhase phase : HookPhase.values()) {
            List<JsonNode> nodes = section.list(phase.key(), node -> node);
            for (int i = 0; i < nodes.size(); i++) {
                String path = section.at(phase.key()) + "[" + i + "]";
                HookDefinition hook = hook(phase, Section.of(path, nodes.get(i), HOOK_KEYS));
                if (!names.add(hook.name())) {
                    throw new RefusedException(
                            "'" + path + "' has the name of another hook, '" + hook.name() + "'",
                            "Give it one of its own: by it the hook is found again when it is taken back");
                }
                hooks.add(hook);
            }
        }
        return List.copyOf(hooks);
    }

    private static HookDefinition hook(HookPhase phase, Section section) {
        List<String> command = command(section);
        Map<String, String> variables = section.textMap("environment");
        variables.keySet().stream().filter(SecretNames::match).findFirst().ifPresent(variable -> {
            throw secret(section, "environment." + variable);
        });
        String name = section.text("name").orElseGet(() -> defaultName(command));
        return new HookDefinition(
                phase,
                phase.key() + "/" + Section.checkName(section.at("name"), name),
                command,
                undo(phase, section),
                section.duration("timeout", TIMEOUT),
                variables,
                path(section, "environmentFile"),
                path(section, "directory"));
    }

    private static String defaultName(List<String> command) {
        Path program = Path.of(command.get(0)).getFileName();
        return program == null ? command.get(0) : program.toString();
    }

    private static Optional<Path> path(Section section, String key) {
        return section.has(key)
                ? Optional.of(InstanceReader.absolute(section, key, "Give an absolute path on the host"))
                : Optional.empty();
    }

    private static List<String> command(Section section) {
        String kind = section.oneOf(Set.of("command", "shell"), "command");
        List<String> command = kind.equals("shell") ? shell(section) : section.texts("command");
        if (command.isEmpty()) {
            throw section.bad("command", "is empty", "Write it as command: [program, argument]");
        }
        refuseSecret(section, kind, command);
        return command;
    }

    static List<String> shell(Section section) {
        return List.of("sh", "-c", section.required("shell", "Write a line for sh"));
    }

    /** A word that would be masked in the records has no business in a service file, which is copied into each. */
    static void refuseSecret(Section section, String key, List<String> command) {
        Scrubber scrubber = Scrubber.named();
        for (String word : command) {
            String withoutVariables = word.replaceAll("\\$(\\{\\w+}|\\w+|\\([^)]*\\))", "");
            if (!scrubber.scrub(withoutVariables).equals(withoutVariables)) {
                throw secret(section, key);
            }
        }
    }

    static RefusedException secret(Section section, String key) {
        return section.bad(
                key,
                "seems to hold a secret, and the service file is copied into every release record",
                "Put it into a file that 'environmentFile' names, and let the command read the variable");
    }

    private static HookDefinition.Undo undo(HookPhase phase, Section section) {
        boolean oneWay = section.flag("oneWay", false);
        if (!phase.isForward()) {
            if (oneWay || section.has("undo")) {
                throw section.bad(
                        oneWay ? "oneWay" : "undo",
                        "says nothing about a hook of a rollback, which is never taken back",
                        "Remove it");
            }
            return new HookDefinition.NothingToUndo();
        }
        if (oneWay == section.has("undo")) {
            throw new RefusedException(
                    "'" + section.path() + "' "
                            + (oneWay ? "is one-way and has an 'undo'" : "does not say what takes it back"),
                    "Give exactly one of 'undo: [program, argument]', 'undo: " + NONE_NEEDED
                            + "' for what may stay as it is, or 'oneWay: true' for what cannot be gone back across");
        }
        if (oneWay) {
            return new HookDefinition.OneWay();
        }
        JsonNode node = section.child("undo").orElseThrow();
        if (node.isTextual()) {
            if (!node.asText().equals(NONE_NEEDED)) {
                throw section.bad(
                        "undo",
                        "is '" + node.asText() + "'",
                        "Write [program, argument], {shell: …} or " + NONE_NEEDED);
            }
            return new HookDefinition.NothingToUndo();
        }
        List<String> command = node.isObject() ? shell(section.section("undo", SHELL_KEYS)) : section.texts("undo");
        if (command.isEmpty()) {
            throw section.bad("undo", "is empty", "Write it as undo: [program, argument], or undo: " + NONE_NEEDED);
        }
        refuseSecret(section, "undo", command);
        return new HookDefinition.UndoBy(command);
    }
}
