package io.jenkins.plugins.transparentdeploy.engine.service;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.ManagedPaths;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads the instances of an environment: target, process and ready check, with each one's placeholders filled in. */
final class InstanceReader {
    static final Set<String> INSTANCE_KEYS = Set.of("port");
    static final Set<String> TARGETS = Set.of("directory", "releases", "command", "ansible");
    static final Set<String> TARGET_KEYS = Set.of("directory", "releases", "command", "ansible", "shared", "exclude");

    private final Section environment;
    private final String name;
    private final Optional<Integer> port;
    private final Placeholders placeholders;

    private InstanceReader(Section environment, String name, Optional<Integer> port) {
        this.environment = environment;
        this.name = name;
        this.port = port;
        Map<String, String> values = new HashMap<>();
        values.put("instance", name);
        port.ifPresent(number -> values.put("port", number.toString()));
        this.placeholders = new Placeholders(values);
    }

    /** The instances that are named, or one with the service's name. */
    static List<InstanceDefinition> read(String service, Section environment) {
        Map<String, JsonNode> named = environment
                .child("instances")
                .map(node -> Section.open(environment.at("instances"), node).entries())
                .orElseGet(() -> new LinkedHashMap<>(Map.of(service, JsonNodeFactory.instance.objectNode())));
        if (named.isEmpty()) {
            throw environment.bad("instances", "names none", "Name at least one, or leave the key out");
        }
        List<InstanceDefinition> instances = new ArrayList<>();
        Set<Path> roots = new HashSet<>();
        named.forEach((name, node) -> {
            String path = environment.at("instances") + "." + name;
            Section section =
                    Section.of(path, node.isNull() ? JsonNodeFactory.instance.objectNode() : node, INSTANCE_KEYS);
            Optional<Integer> port =
                    section.has("port") ? Optional.of(section.whole("port", 0, 1, 65_535)) : Optional.empty();
            InstanceDefinition instance =
                    new InstanceReader(environment, Section.checkName(path, name), port).instance();
            if (instance.target().holdsFiles() && !roots.add(instance.target().root())) {
                throw environment.bad(
                        "target",
                        "gives several instances the same directory "
                                + instance.target().root(),
                        "Put {instance} into it, as in /srv/" + service + "/{instance}");
            }
            instances.add(instance);
        });
        ProcessReader.refuseSharedUnits(environment, instances);
        refuseNested(environment, roots);
        return instances;
    }

    private static void refuseNested(Section environment, Set<Path> roots) {
        for (Path root : roots) {
            for (Path other : roots) {
                if (!root.equals(other) && root.startsWith(other)) {
                    throw environment.bad(
                            "target", "puts " + root + " inside " + other, "Give each instance a directory of its own");
                }
            }
        }
    }

    private InstanceDefinition instance() {
        if (!environment.has("target")) {
            throw environment.bad(
                    "target", "is missing", "Say where to deploy to: 'target: {directory: /srv/app}', or 'releases:'");
        }
        TargetDefinition target = target(replaced("target", TARGET_KEYS, placeholders));
        Map<String, String> values = new HashMap<>(placeholders.values());
        values.put("directory", target.live().toString());
        Placeholders all = new Placeholders(values);
        return new InstanceDefinition(
                name,
                port,
                target,
                environment
                        .child("process")
                        .map(node -> ProcessReader.read(replaced("process", ProcessReader.KEYS, all), target)),
                environment
                        .child("ready")
                        .map(node -> CheckReader.ready(replaced("ready", CheckReader.READY_KEYS, all))),
                environment.duration("drain", Duration.ofSeconds(30)));
    }

    private Section replaced(String key, Set<String> known, Placeholders placeholders) {
        String path = environment.at(key);
        return Section.of(
                path,
                placeholders.replaceIn(path, environment.section(key, known).node()),
                known);
    }

    private TargetDefinition target(Section section) {
        String kind = section.oneOf(TARGETS, "target");
        if (kind.equals("command") || kind.equals("ansible")) {
            refuseManagedPaths(section, kind);
            return kind.equals("command")
                    ? CommandTargetReader.read(section.section(kind, CommandTargetReader.KEYS))
                    : AnsibleTargetReader.read(section.section(kind, AnsibleTargetReader.KEYS));
        }
        Path root = absolute(section, kind, "Give an absolute path, as in /srv/app");
        if (root.getNameCount() == 0) {
            throw section.bad(kind, "is the root of the filesystem", "Give the service a directory of its own");
        }
        ManagedPaths managed = new ManagedPaths(section.texts("shared"), section.texts("exclude"));
        return kind.equals("directory")
                ? new TargetDefinition.InPlace(root, managed)
                : new TargetDefinition.Releases(root, managed, environment.whole("keep", 5, 1, 1_000));
    }

    private static void refuseManagedPaths(Section section, String kind) {
        for (String key : List.of("shared", "exclude")) {
            if (section.has(key)) {
                throw section.bad(key, "is only about directories, not about '" + kind + "'", "Remove it");
            }
        }
    }

    static Path absolute(Section section, String key, String cure) {
        return absolute(section, key, section.required(key, cure), cure);
    }

    static Path absolute(Section section, String key, String text, String cure) {
        try {
            Path path = Path.of(text);
            if (path.isAbsolute()) {
                return path.normalize();
            }
        } catch (InvalidPathException e) {
            throw section.bad(key, "is not a path: " + e.getReason(), cure);
        }
        throw section.bad(key, "is '" + text + "', not an absolute path", cure);
    }
}
