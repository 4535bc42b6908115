package io.jenkins.plugins.transparentdeploy.engine.service;

import com.fasterxml.jackson.databind.JsonNode;
import io.jenkins.plugins.transparentdeploy.engine.host.SecretNames;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads a target that commands act on. */
final class CommandTargetReader {
    static final Set<String> KEYS = Set.of(
            "capture",
            "apply",
            "restore",
            "verify",
            "timeout",
            "reversibility",
            "directory",
            "environment",
            "environmentFile");
    static final Set<String> COMMAND_KEYS = Set.of("command", "shell", "timeout");

    private static final Duration TIMEOUT = Duration.ofMinutes(10);
    private static final Map<String, TargetDefinition.Reversal> REVERSALS = reversals();

    private final Section section;

    private CommandTargetReader(Section section) {
        this.section = section;
    }

    /** @param section with the instance's placeholders filled in */
    static TargetDefinition.Commands read(Section section) {
        return new CommandTargetReader(section).read();
    }

    private static Map<String, TargetDefinition.Reversal> reversals() {
        Map<String, TargetDefinition.Reversal> reversals = new LinkedHashMap<>();
        reversals.put("reversible", TargetDefinition.Reversal.REVERSIBLE);
        reversals.put("compensable", TargetDefinition.Reversal.COMPENSABLE);
        reversals.put("one-way", TargetDefinition.Reversal.ONE_WAY);
        return reversals;
    }

    private TargetDefinition.Commands read() {
        Path directory = InstanceReader.absolute(section, "directory", "Say where the commands run: an absolute path");
        Optional<TargetDefinition.Timed> capture = command("capture");
        Optional<TargetDefinition.Timed> restore = command("restore");
        if (capture.isPresent() != restore.isPresent()) {
            throw section.bad(
                    capture.isPresent() ? "restore" : "capture",
                    "is missing, and one without the other is of no use",
                    "Give both, or neither: then going back is applying the older content");
        }
        Map<String, String> variables = variables();
        return new TargetDefinition.Commands(
                directory,
                command("apply")
                        .orElseThrow(() -> section.bad(
                                "apply", "is missing", "Say what brings a release into effect: apply: [./apply.sh]")),
                capture,
                restore,
                command("verify"),
                reversal(capture.isPresent()),
                variables,
                section.has("environmentFile")
                        ? Optional.of(InstanceReader.absolute(
                                section, "environmentFile", "Give an absolute path on the host"))
                        : Optional.empty());
    }

    private Map<String, String> variables() {
        Map<String, String> variables = section.textMap("environment");
        variables.keySet().stream().filter(SecretNames::match).findFirst().ifPresent(variable -> {
            throw HookReader.secret(section, "environment." + variable);
        });
        variables.keySet().stream()
                .filter(name -> name.startsWith("TDEPLOY_"))
                .findFirst()
                .ifPresent(variable -> {
                    throw section.bad(
                            "environment." + variable, "is what this program says to the command", "Name it otherwise");
                });
        return variables;
    }

    private TargetDefinition.Reversal reversal(boolean captures) {
        String text = section.text("reversibility").orElse(captures ? "compensable" : "reversible");
        TargetDefinition.Reversal reversal = REVERSALS.get(text);
        if (reversal == null) {
            throw section.bad("reversibility", "is '" + text + "'", NearestName.cure(text, REVERSALS.keySet()));
        }
        return reversal;
    }

    private Optional<TargetDefinition.Timed> command(String key) {
        Optional<JsonNode> node = section.child(key);
        if (node.isEmpty()) {
            return Optional.empty();
        }
        Duration timeout = section.duration("timeout", TIMEOUT);
        if (!node.get().isObject()) {
            return Optional.of(new TargetDefinition.Timed(words(section, key), timeout));
        }
        Section own = section.section(key, COMMAND_KEYS);
        List<String> words = own.oneOf(Set.of("command", "shell"), "command").equals("shell")
                ? HookReader.shell(own)
                : words(own, "command");
        HookReader.refuseSecret(own, own.has("shell") ? "shell" : "command", words);
        return Optional.of(new TargetDefinition.Timed(words, own.duration("timeout", timeout)));
    }

    private static List<String> words(Section section, String key) {
        List<String> words = section.texts(key);
        if (words.isEmpty() || words.get(0).isBlank()) {
            throw section.bad(key, "is empty", "Write it as " + key + ": [program, argument]");
        }
        HookReader.refuseSecret(section, key, words);
        return words;
    }
}
