package io.jenkins.plugins.transparentdeploy.engine.service;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import io.jenkins.plugins.transparentdeploy.engine.SecretReference;
import io.jenkins.plugins.transparentdeploy.engine.host.ssh.SshAddress;
import io.jenkins.plugins.transparentdeploy.engine.host.ssh.SshSettings;
import io.jenkins.plugins.transparentdeploy.engine.service.HostDefinition.JavaUse;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Reads the hosts of an environment, each with how it is reached, and how a release goes about them. */
final class HostReader {
    static final Set<String> HOST_KEYS = Set.of("address", "port", "user");
    static final Set<String> SSH_KEYS = Set.of(
            "user",
            "port",
            "key",
            "agent",
            "knownHosts",
            "jump",
            "connectTimeout",
            "keepAlive",
            "compression",
            "java",
            "stateDirectory");
    static final Set<String> KEY_KEYS = Set.of("file", "variable");
    static final Set<String> FLEET_KEYS = Set.of("parallel", "maxUnavailable", "maxFailures");

    private static final int PARALLEL = 10;

    private final Section environment;
    private final Section ssh;

    private HostReader(Section environment) {
        this.environment = environment;
        this.ssh = environment.section("ssh", SSH_KEYS);
    }

    /** The hosts by name; none when the instances live on the machine that deploys. */
    static Map<String, HostDefinition> read(Section environment) {
        HostReader reader = new HostReader(environment);
        Map<String, HostDefinition> hosts = new LinkedHashMap<>();
        Optional<JsonNode> node = environment.child("hosts");
        if (node.isEmpty()) {
            return hosts;
        }
        if (node.get().isArray()) {
            environment.texts("hosts").forEach(name -> reader.add(hosts, name, nothing()));
        } else {
            Section.open(environment.at("hosts"), node.get())
                    .entries()
                    .forEach((name, host) -> reader.add(hosts, name, saysNothing(host) ? nothing() : host));
        }
        if (hosts.isEmpty()) {
            throw environment.bad(
                    "hosts", "names none", "Name at least one, or leave the key out: then all is on this machine");
        }
        return hosts;
    }

    /** {@code web1:} on a line of its own, and {@code {web1: }}. */
    private static boolean saysNothing(JsonNode host) {
        return host.isNull() || host.isTextual() && host.asText().isEmpty();
    }

    private static JsonNode nothing() {
        return JsonNodeFactory.instance.objectNode();
    }

    /** @param remote whether the instances live on hosts */
    static FleetDefinition fleet(Section environment, boolean remote) {
        Section section = environment.section("fleet", FLEET_KEYS);
        return new FleetDefinition(
                section.whole("parallel", remote ? PARALLEL : 1, 1, 200),
                section.whole("maxUnavailable", 0, 0, 10_000),
                section.whole("maxFailures", 0, 0, 10_000));
    }

    private void add(Map<String, HostDefinition> hosts, String name, JsonNode node) {
        String path = environment.at("hosts") + "." + Section.checkName(environment.at("hosts"), name);
        Section section = Section.of(path, node, HOST_KEYS);
        Optional<SecretReference> key = key();
        SshSettings settings = new SshSettings(
                name,
                address(section, name),
                key,
                ssh.flag("agent", key.isEmpty()),
                path("knownHosts").orElseGet(SshSettings::defaultKnownHosts),
                jump(),
                ssh.duration("connectTimeout", SshSettings.DEFAULT_CONNECT_TIMEOUT),
                ssh.duration("keepAlive", SshSettings.DEFAULT_KEEP_ALIVE),
                ssh.flag("compression", false),
                path("stateDirectory"));
        if (hosts.put(name, new HostDefinition(settings, java())) != null) {
            throw environment.bad("hosts", "names '" + name + "' twice", "Leave one out");
        }
    }

    private SshAddress address(Section section, String name) {
        String user = section.text("user").or(() -> ssh.text("user")).orElseGet(() -> System.getProperty("user.name"));
        int port = section.whole("port", ssh.whole("port", SshAddress.DEFAULT_PORT, 1, 65_535), 1, 65_535);
        return new SshAddress(user, section.text("address").orElse(name), port);
    }

    private Optional<SshAddress> jump() {
        return ssh.text("jump").map(text -> {
            try {
                return SshAddress.parse(text);
            } catch (RefusedException e) {
                throw ssh.bad("jump", "is '" + text + "'", "Write it as user@host or user@host:port");
            }
        });
    }

    private Optional<SecretReference> key() {
        if (!ssh.has("key")) {
            return Optional.empty();
        }
        Section key = ssh.section("key", KEY_KEYS);
        return Optional.of(
                key.oneOf(KEY_KEYS, "key").equals("file")
                        ? new SecretReference.Stored(InstanceReader.absolute(key, "file", "Give an absolute path"))
                        : new SecretReference.Variable(key.required("variable", "Give the name of a variable")));
    }

    private JavaUse java() {
        String text = ssh.text("java").orElse("auto");
        return Stream.of(JavaUse.values())
                .filter(use -> use.name().toLowerCase(Locale.ROOT).equals(text))
                .findFirst()
                .orElseThrow(() -> ssh.bad("java", "is '" + text + "'", "Use auto, always or never"));
    }

    private Optional<Path> path(String key) {
        return ssh.text(key).map(text -> InstanceReader.absolute(ssh, key, text, "Give an absolute path"));
    }
}
