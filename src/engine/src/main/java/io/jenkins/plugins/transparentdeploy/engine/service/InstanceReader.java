package io.jenkins.plugins.transparentdeploy.engine.service;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.jenkins.plugins.transparentdeploy.engine.service.HostDefinition.JavaUse;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.ManagedPaths;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Reads the instances of an environment: target, process and ready check, with each one's placeholders filled in. */
final class InstanceReader {
    static final Set<String> INSTANCE_KEYS = Set.of("port", "host");
    static final Set<String> TARGETS = Set.of("directory", "releases", "command", "ansible");
    /** What only a target that is a directory has. */
    static final Set<String> MANAGED_KEYS = Set.of("shared", "exclude", "attributes");

    static final Set<String> TARGET_KEYS =
            Stream.concat(TARGETS.stream(), MANAGED_KEYS.stream()).collect(Collectors.toUnmodifiableSet());

    private final Section environment;
    private final String name;
    private final Optional<Integer> port;
    private final Optional<HostDefinition> host;
    private final Placeholders placeholders;

    private InstanceReader(Section environment, String name, Optional<Integer> port, Optional<HostDefinition> host) {
        this.environment = environment;
        this.name = name;
        this.port = port;
        this.host = host;
        Map<String, String> values = new HashMap<>();
        values.put("instance", name);
        port.ifPresent(number -> values.put("port", number.toString()));
        Placeholders.ofHost(values, host);
        this.placeholders = new Placeholders(values);
    }

    /** The instances that are named, or one on each host with its name, or one with the service's name. */
    static List<InstanceDefinition> read(String service, Section environment, Map<String, HostDefinition> hosts) {
        Map<String, JsonNode> named = environment
                .child("instances")
                .map(node -> Section.open(environment.at("instances"), node).entries())
                .orElseGet(() -> one(hosts.isEmpty() ? List.of(service) : hosts.keySet()));
        if (named.isEmpty()) {
            throw environment.bad("instances", "names none", "Name at least one, or leave the key out");
        }
        List<InstanceDefinition> instances = new ArrayList<>();
        Map<Optional<HostDefinition>, Set<Path>> roots = new HashMap<>();
        named.forEach((name, node) -> {
            String path = environment.at("instances") + "." + name;
            Section section =
                    Section.of(path, node.isNull() ? JsonNodeFactory.instance.objectNode() : node, INSTANCE_KEYS);
            Optional<Integer> port =
                    section.has("port") ? Optional.of(section.whole("port", 0, 1, 65_535)) : Optional.empty();
            InstanceDefinition instance = new InstanceReader(
                            environment, Section.checkName(path, name), port, host(section, name, hosts))
                    .instance();
            Set<Path> onHost = roots.computeIfAbsent(instance.host(), where -> new HashSet<>());
            if (instance.target().holdsFiles() && !onHost.add(instance.target().root())) {
                throw environment.bad(
                        "target",
                        "gives several instances the same directory "
                                + instance.target().root(),
                        "Put {instance} into it, as in /srv/" + service + "/{instance}");
            }
            instances.add(instance);
        });
        ProcessReader.refuseSharedUnits(environment, instances);
        roots.values().forEach(onHost -> refuseNested(environment, onHost));
        return instances;
    }

    private static Map<String, JsonNode> one(Collection<String> names) {
        Map<String, JsonNode> named = new LinkedHashMap<>();
        names.forEach(name -> named.put(name, JsonNodeFactory.instance.objectNode()));
        return named;
    }

    /** The host that an instance names, or has the name of. */
    private static Optional<HostDefinition> host(Section section, String name, Map<String, HostDefinition> hosts) {
        if (hosts.isEmpty()) {
            if (section.has("host")) {
                throw section.bad("host", "names a host, and the environment has none", "Add 'hosts:'");
            }
            return Optional.empty();
        }
        String host = section.text("host")
                .orElseGet(() ->
                        hosts.size() == 1 ? hosts.keySet().iterator().next() : hosts.containsKey(name) ? name : "");
        if (host.isEmpty()) {
            throw section.bad("host", "is missing", "Give one of: " + String.join(", ", hosts.keySet()));
        }
        if (!hosts.containsKey(host)) {
            throw section.bad("host", "names the unknown host '" + host + "'", NearestName.cure(host, hosts.keySet()));
        }
        return Optional.of(hosts.get(host));
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
                host,
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
            if (host.isPresent()) {
                throw section.bad(
                        kind,
                        "is run on the machine that deploys, and the environment has hosts",
                        "Leave 'hosts:' out, and name the machines in the command or the inventory");
            }
            return kind.equals("command")
                    ? CommandTargetReader.read(section.section(kind, CommandTargetReader.KEYS))
                    : AnsibleTargetReader.read(section.section(kind, AnsibleTargetReader.KEYS));
        }
        Path root = absolute(section, kind, "Give an absolute path, as in /srv/app");
        if (root.getNameCount() == 0) {
            throw section.bad(kind, "is the root of the filesystem", "Give the service a directory of its own");
        }
        ManagedPaths managed =
                new ManagedPaths(section.texts("shared"), section.texts("exclude"), section.flag("attributes", false));
        if (kind.equals("directory")
                && host.filter(there -> there.java() == JavaUse.NEVER).isPresent()) {
            throw section.bad(
                    kind,
                    "is changed in place, which takes this program on the host itself, and 'ssh.java' is never",
                    "Allow that, or use 'releases:', a directory of releases behind one atomic link");
        }
        if (managed.attributes()
                && kind.equals("releases")
                && host.filter(there -> there.java() != JavaUse.ALWAYS).isPresent()) {
            throw section.bad(
                    "attributes",
                    "cannot be kept by the shell of a host alone",
                    "Leave it out, or have this program run there: 'ssh: {java: always}'");
        }
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
