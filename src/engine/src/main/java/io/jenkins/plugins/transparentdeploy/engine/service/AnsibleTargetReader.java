package io.jenkins.plugins.transparentdeploy.engine.service;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import io.jenkins.plugins.transparentdeploy.engine.host.SecretNames;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Reads a target that Ansible brings releases to. */
final class AnsibleTargetReader {
    static final Set<String> KEYS = Set.of(
            "playbook",
            "directory",
            "inventory",
            "variables",
            "capture",
            "rollback",
            "check",
            "drift",
            "limit",
            "become",
            "user",
            "privateKeyFile",
            "vaultPasswordFile",
            "vaultPasswordVariable",
            "timeout",
            "environment",
            "environmentFile");
    static final Set<String> CAPTURE_KEYS = Set.of("playbook", "files", "facts");

    /** Keys whose values are paths beside the service file. */
    private static final List<String> BESIDE = List.of("playbook", "directory", "inventory", "rollback");

    private static final Duration TIMEOUT = Duration.ofMinutes(30);
    private static final Pattern VARIABLE = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

    private final Section section;

    private AnsibleTargetReader(Section section) {
        this.section = section;
    }

    /** @param section with the instance's placeholders filled in */
    static TargetDefinition.Ansible read(Section section) {
        return new AnsibleTargetReader(section).read();
    }

    /** Makes the paths of an environment's target absolute, as seen from the service file. */
    static void resolve(ObjectNode environment, Path directory) {
        if (environment.path("target").path("ansible") instanceof ObjectNode ansible) {
            BESIDE.forEach(key -> resolve(ansible, key, directory));
            if (ansible.path("capture") instanceof ObjectNode capture) {
                resolve(capture, "playbook", directory);
            }
        }
    }

    private static void resolve(ObjectNode node, String key, Path directory) {
        if (node.path(key).isTextual() && !node.path(key).asText().isBlank()) {
            try {
                node.put(
                        key,
                        directory.resolve(node.path(key).asText()).normalize().toString());
            } catch (InvalidPathException e) {
                // Whoever reads it says so, and where it stands.
                return;
            }
        }
    }

    private TargetDefinition.Ansible read() {
        Path playbook = path("playbook")
                .orElseThrow(() -> section.bad(
                        "playbook", "is missing", "Name it, as seen from the service file: ansible/deploy.yml"));
        Path directory = path("directory").orElseGet(() -> parent(playbook));
        Section capture = section.section("capture", CAPTURE_KEYS);
        Optional<Path> capturing = path(capture, "playbook");
        requireInside(section, "playbook", playbook, directory);
        path("inventory").ifPresent(path -> requireInside(section, "inventory", path, directory));
        path("rollback").ifPresent(path -> requireInside(section, "rollback", path, directory));
        capturing.ifPresent(path -> requireInside(capture, "playbook", path, directory));
        Optional<String> vaultVariable = section.text("vaultPasswordVariable");
        if (vaultVariable.isPresent()
                && (!VARIABLE.matcher(vaultVariable.get()).matches() || !section.has("environmentFile"))) {
            throw section.bad(
                    "vaultPasswordVariable",
                    "is '" + vaultVariable.get() + "', which no 'environmentFile' gives a value",
                    "Name a variable, and the file on this host in which it stands as 'environmentFile'");
        }
        return new TargetDefinition.Ansible(
                directory,
                playbook,
                path("inventory"),
                path("rollback"),
                capturing,
                files(capture),
                facts(capture),
                variables(),
                section.flag("check", false),
                section.flag("drift", false),
                word("limit"),
                section.flag("become", false),
                word("user"),
                absolute("privateKeyFile"),
                absolute("vaultPasswordFile"),
                vaultVariable,
                section.duration("timeout", TIMEOUT),
                environment(),
                absolute("environmentFile"));
    }

    private static Path parent(Path file) {
        return file.getParent() == null ? Path.of("") : file.getParent();
    }

    private Optional<Path> path(String key) {
        return path(section, key);
    }

    private static Optional<Path> path(Section section, String key) {
        return section.text(key).map(text -> {
            try {
                return Path.of(text).normalize();
            } catch (InvalidPathException e) {
                throw section.bad(key, "is not a path: " + e.getReason(), "Correct it");
            }
        });
    }

    private static void requireInside(Section section, String key, Path path, Path directory) {
        boolean inside = directory.toString().isEmpty()
                ? !path.isAbsolute() && !path.startsWith("..")
                : path.startsWith(directory) && !path.equals(directory);
        if (!inside) {
            throw section.bad(
                    key,
                    "is " + path + ", which is not in " + directory + ", the directory that is kept with a release",
                    "Put it there, or name a directory above both as 'directory'");
        }
    }

    private Optional<Path> absolute(String key) {
        return section.has(key)
                ? Optional.of(InstanceReader.absolute(section, key, "Give an absolute path on this host"))
                : Optional.empty();
    }

    /** What becomes an argument must not look like an option. */
    private Optional<String> word(String key) {
        Optional<String> word = section.text(key);
        word.filter(text -> text.startsWith("-")).ifPresent(text -> {
            throw section.bad(key, "is '" + text + "', which looks like an option", "Correct it");
        });
        return word;
    }

    private static List<String> files(Section capture) {
        List<String> files = capture.texts("files");
        files.stream().filter(file -> !file.startsWith("/")).findFirst().ifPresent(file -> {
            throw capture.bad("files", "has '" + file + "', not an absolute path", "Begin it with '/'");
        });
        return files;
    }

    private static Map<String, List<String>> facts(Section capture) {
        Map<String, List<String>> facts = new LinkedHashMap<>();
        capture.child("facts").ifPresent(node -> {
            Section named = Section.open(capture.at("facts"), node);
            named.entries().keySet().forEach(name -> {
                if (!VARIABLE.matcher(name).matches()) {
                    throw named.bad(name, "cannot be the name of a variable", "Use letters, digits and underscores");
                }
                List<String> command = named.texts(name);
                if (command.isEmpty()) {
                    throw named.bad(name, "is no command", "Write program and arguments as a list: [cat, /etc/issue]");
                }
                facts.put(name, command);
            });
        });
        return facts;
    }

    private JsonNode variables() {
        JsonNode variables = section.child("variables").orElseGet(JsonNodeFactory.instance::objectNode);
        Section open = Section.open(section.at("variables"), variables);
        refuseSecrets(section.at("variables"), variables);
        for (String name :
                List.of("release_version", "release_id", "release_content", "release_state", "release_facts")) {
            if (open.has(name)) {
                throw open.bad(name, "is what this program says to the playbook", "Name it otherwise");
            }
        }
        return variables;
    }

    private static void refuseSecrets(String path, JsonNode node) {
        node.fields().forEachRemaining(field -> {
            String at = path + "." + field.getKey();
            if (SecretNames.match(field.getKey()) && field.getValue().isValueNode()) {
                throw new RefusedException(
                        "'" + at + "' looks like a secret, and the service file is copied into every release record",
                        "Put it into a file beside the playbook that ansible-vault encrypts, and name its password as"
                                + " 'vaultPasswordFile'");
            }
            refuseSecrets(at, field.getValue());
        });
        if (node.isArray()) {
            node.forEach(element -> refuseSecrets(path, element));
        }
    }

    private Map<String, String> environment() {
        Map<String, String> variables = section.textMap("environment");
        variables.keySet().stream().filter(SecretNames::match).findFirst().ifPresent(variable -> {
            throw HookReader.secret(section, "environment." + variable);
        });
        return variables;
    }
}
