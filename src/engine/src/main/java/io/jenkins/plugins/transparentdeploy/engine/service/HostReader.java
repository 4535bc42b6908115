package io.jenkins.plugins.transparentdeploy.engine.service;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Reads the hosts of an environment, each with how it is reached, and how a release goes about them. */
final class HostReader {
    static final Set<String> HOST_KEYS = Set.of("address", "port", "user");
    static final Set<String> SSH_KEYS = Set.of(
            "user", "port", "key", "agent", "knownHosts", "jump", "connectTimeout", "keepAlive", "stateDirectory");
    static final Set<String> KEY_KEYS = Set.of("file", "variable");
    static final Set<String> FLEET_KEYS = Set.of("parallel", "maxUnavailable", "maxFailures");

    private static final int PARALLEL = 10;
    private static final int SSH_PORT = 22;
    /** Neither an option of a program nor anything that a shell, a file of known hosts or a URL reads otherwise. */
    private static final Pattern ADDRESS = Pattern.compile("[A-Za-z0-9:][A-Za-z0-9._:-]{0,252}");

    private static final Pattern USER = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}");
    private static final Pattern JUMP =
            Pattern.compile("(" + USER + "@)?(\\[[0-9A-Fa-f:]+]|[A-Za-z0-9][A-Za-z0-9._-]*)(:\\d{1,5})?");

    private final Section environment;
    private final Section ssh;

    private HostReader(Section environment) {
        this.environment = environment;
        this.ssh = environment.section("ssh", SSH_KEYS);
    }

    /** The hosts by name; none when the instances live on the machine that deploys. */
    static Map<String, HostDefinition> read(Section environment) {
        Optional<JsonNode> node = environment.child("hosts");
        HostReader reader = new HostReader(environment);
        Map<String, HostDefinition> hosts = new LinkedHashMap<>();
        if (node.isEmpty()) {
            return hosts;
        }
        if (node.get().isArray()) {
            for (String name : environment.texts("hosts")) {
                reader.add(hosts, name, JsonNodeFactory.instance.objectNode());
            }
        } else {
            Section.open(environment.at("hosts"), node.get())
                    .entries()
                    .forEach((name, host) ->
                            reader.add(hosts, name, host.isNull() ? JsonNodeFactory.instance.objectNode() : host));
        }
        if (hosts.isEmpty()) {
            throw environment.bad(
                    "hosts", "names none", "Name at least one, or leave the key out: then all is on this machine");
        }
        return hosts;
    }

    /** @param many whether there are hosts to be worked on at a time */
    static FleetDefinition fleet(Section environment, boolean many) {
        Section section = environment.section("fleet", FLEET_KEYS);
        return new FleetDefinition(
                section.whole("parallel", many ? PARALLEL : 1, 1, 200),
                section.whole("maxUnavailable", 0, 0, 10_000),
                section.whole("maxFailures", 0, 0, 10_000));
    }

    private void add(Map<String, HostDefinition> hosts, String name, JsonNode node) {
        String path = environment.at("hosts") + "." + name;
        Section section = Section.of(path, node, HOST_KEYS);
        HostDefinition host = new HostDefinition(
                Section.checkName(path, name),
                text(section, "address", ADDRESS, "a name or an IP address").orElse(name),
                section.whole("port", ssh.whole("port", SSH_PORT, 1, 65_535), 1, 65_535),
                text(section, "user", USER, "the name of a user")
                        .or(() -> text(ssh, "user", USER, "the name of a user")),
                key(),
                ssh.flag("agent", true),
                path("knownHosts"),
                text(ssh, "jump", JUMP, "a machine, as in ops@bastion:22"),
                ssh.duration("connectTimeout", Duration.ofSeconds(10)),
                ssh.duration("keepAlive", Duration.ofSeconds(15)),
                path("stateDirectory"));
        if (hosts.put(name, host) != null) {
            throw environment.bad("hosts", "names '" + name + "' twice", "Leave one out");
        }
    }

    private Optional<HostDefinition.Key> key() {
        if (!ssh.has("key")) {
            return Optional.empty();
        }
        Section key = ssh.section("key", KEY_KEYS);
        return Optional.of(
                key.oneOf(KEY_KEYS, "key").equals("file")
                        ? new HostDefinition.Key.InFile(InstanceReader.absolute(key, "file", "Give an absolute path"))
                        : new HostDefinition.Key.InVariable(key.name("variable", "Give the name of a variable")));
    }

    private Optional<Path> path(String key) {
        return ssh.text(key).map(text -> InstanceReader.absolute(ssh, key, text, "Give an absolute path"));
    }

    private static Optional<String> text(Section section, String key, Pattern form, String what) {
        return section.text(key).map(text -> {
            if (!form.matcher(text).matches()) {
                throw section.bad(key, "is '" + text + "', not " + what, "Correct it");
            }
            return text;
        });
    }
}
