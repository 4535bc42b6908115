package io.jenkins.plugins.transparentdeploy.engine.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HostReaderTest {
    private static final String TARGET = "target: {releases: /srv/shop}\n";

    private static EnvironmentDefinition read(String defaults, String production) {
        return ServiceFile.parse(
                        "test", "service: shop\n" + defaults + "environments:\n  production:\n" + production.indent(4))
                .environment("production", JsonNodeFactory.instance.objectNode());
    }

    private static EnvironmentDefinition read(String production) {
        return read("", production);
    }

    private static List<String> names(EnvironmentDefinition definition) {
        return definition.instances().stream().map(InstanceDefinition::name).toList();
    }

    @Test
    void withoutHostsEverythingIsHere() {
        EnvironmentDefinition definition = read("ssh: {user: deploy}\n", TARGET);
        assertThat(definition.isRemote()).isFalse();
        assertThat(names(definition)).containsExactly("shop");
        assertThat(definition.fleet()).isEqualTo(new FleetDefinition(1, 0, 0));
    }

    @Test
    void aListOfHostsHasAnInstanceOnEach() {
        EnvironmentDefinition definition = read(TARGET + "hosts: [web1, 10.0.0.2]\n");
        assertThat(names(definition)).containsExactly("web1", "10.0.0.2");
        assertThat(definition.instances().get(1).host().orElseThrow().address()).isEqualTo("10.0.0.2");
        assertThat(definition.fleet()).isEqualTo(new FleetDefinition(10, 0, 0));
    }

    @Test
    void severalInstancesOnAHostHaveTheirOwnDirectories() {
        EnvironmentDefinition definition = read(
                """
                hosts: {web1: {address: 10.0.0.11}, web2: }
                target: {releases: "/srv/{instance}"}
                process: {run: [bin/server, "{host}", "{address}:{port}"]}
                instances: {a: {host: web1, port: 8081}, b: {host: web1, port: 8082}, c: {host: web2, port: 8081}}
                """);
        assertThat(definition.instance("b").process().orElseThrow().how())
                .isEqualTo(new ProcessDefinition.Run(List.of("bin/server", "web1", "10.0.0.11:8082")));
        assertThat(definition.instance("c").host().orElseThrow().address()).isEqualTo("web2");
        assertThat(definition.instance("a").address()).contains("10.0.0.11:8081");
    }

    @Test
    void theSameDirectoryOnTwoHostsIsFineAndTwiceOnOneIsNot() {
        assertThat(names(read(TARGET + "hosts: [web1, web2]\n"))).hasSize(2);
        assertThatThrownBy(() -> read(TARGET + "hosts: [web1]\ninstances: {a: {host: web1}, b: {host: web1}}\n"))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("several instances the same directory");
    }

    @Test
    void theHostsOfAnEnvironmentReplaceTheDefaults() {
        EnvironmentDefinition definition =
                read("hosts: {test1: {address: 10.9.9.9}}\n", TARGET + "hosts: {web1: {address: 10.0.0.1}}\n");
        assertThat(names(definition)).containsExactly("web1");
    }

    @Test
    void howHostsAreReachedIsReadWithoutAnySecret() {
        HostDefinition host = read(TARGET
                        + """
                        hosts: {web1: {port: 2222, user: shop}}
                        ssh: {user: deploy, key: {file: /k}, agent: false, knownHosts: /kh, jump: "ops@bastion:2022",
                              connectTimeout: 3s, keepAlive: 5s, stateDirectory: /var/lib/td}
                        """)
                .instances()
                .get(0)
                .host()
                .orElseThrow();
        assertThat(host.ssh().address()).hasToString("shop@web1:2222");
        assertThat(host.ssh().jump().orElseThrow()).hasToString("ops@bastion:2022");
        assertThat(host.ssh().agent()).isFalse();
        assertThat(host.ssh().knownHosts()).isEqualTo(Path.of("/kh"));
        assertThat(host.ssh().connectTimeout()).hasSeconds(3);
        assertThat(host.ssh().keepAlive()).hasSeconds(5);
        assertThat(host.ssh().stateDirectory()).contains(Path.of("/var/lib/td"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "hosts: [web1, web2]%ninstances: {a: {host: web3}}%n | unknown host 'web3'",
                "hosts: [web1, web2]%ninstances: {a: {port: 1}}%n | instances.a.host' is missing",
                "instances: {a: {host: web1}}%n | has none",
                "hosts: {web1: {adress: 10.0.0.1}}%n | address",
                "hosts: {web1: {address: -oProxyCommand=x}}%n | neither a name nor an IP address",
                "hosts: [web1, web1]%n | twice",
                "hosts: []%n | names none",
                "hosts: [web1]%nssh: {key: {file: relative}}%n | not an absolute path",
                "hosts: [web1]%nssh: {key: {file: /k, variable: K}}%n | 2 kinds of key",
                "hosts: [web1]%nssh: {kee: {file: /k}}%n | key",
                "hosts: [web1]%nssh: {jump: bastion}%n | user@host",
                "hosts: [web1]%nfleet: {paralel: 2}%n | parallel",
                "hosts: [web1]%nfleet: {maxFailures: -1}%n | whole number",
            })
    void whatCannotBeIsRefusedByName(String yaml, String message) {
        assertThatThrownBy(() -> read(TARGET + yaml.formatted()))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining(message);
    }

    @Test
    void aDirectoryThatIsChangedInPlaceTakesThisProgramOnTheHost() {
        String directory = "hosts: [web1]\ntarget: {directory: /srv/shop}\n";

        assertThat(read(directory).instances()).hasSize(1);
        assertThatThrownBy(() -> read(directory + "ssh: {java: never}\n"))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("releases:");
        assertThatThrownBy(() -> read(directory + "ssh: {java: sometimes}\n"))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("auto, always or never");
    }
}
