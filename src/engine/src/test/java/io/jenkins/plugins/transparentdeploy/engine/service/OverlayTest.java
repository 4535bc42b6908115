package io.jenkins.plugins.transparentdeploy.engine.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OverlayTest {
    private static JsonNode yaml(String text) {
        return ServiceFile.value("test", text);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // Another kind, with what it knows of what was said beside the other one.
                "{run: [x], environment: {A: b}, stopTimeout: 9s} | {start: [u], stop: [v]} | {environment: {A: b}, stopTimeout: 9s, start: [u], stop: [v]}",
                "{run: [x], environment: {A: b}, directory: /srv, stopTimeout: 9s} | {systemd: shop} | {stopTimeout: 9s, systemd: shop}",
                "{systemd: shop, scope: user, systemctl: [s], stopTimeout: 9s} | {run: [x]} | {stopTimeout: 9s, run: [x]}",
                "{start: [u], stop: [v], environmentFile: /f} | {reload: [r]} | {environmentFile: /f, reload: [r]}",
                // The same kind, or none.
                "{start: [u], stop: [v]} | {stop: [w]} | {start: [u], stop: [w]}",
                "{systemd: shop, scope: user} | {systemd: other} | {systemd: other, scope: user}",
                "{run: [x], environment: {A: b}} | {environment: {C: d}} | {run: [x], environment: {A: b, C: d}}",
                "{environment: {A: b}} | {systemd: shop} | {environment: {A: b}, systemd: shop}",
            })
    void aProcessOfAnotherKindIsNotBoth(String before, String over, String expected) {
        assertThat(put("process", before, over)).isEqualTo(yaml(expected));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{directory: /srv/shop, shared: [logs/**], exclude: [tmp]} | {releases: /srv/r} | {shared: [logs/**], exclude: [tmp], releases: /srv/r}",
                "{releases: /srv/r, attributes: true} | {directory: /srv/shop, shared: [x]} | {attributes: true, directory: /srv/shop, shared: [x]}",
                "{directory: /srv/shop, shared: [logs/**]} | {command: {apply: [x]}} | {command: {apply: [x]}}",
                "{command: {apply: [x], directory: /d}} | {command: {apply: [y]}} | {command: {apply: [y], directory: /d}}",
                "{ansible: {playbook: p.yml}} | {directory: /srv/shop} | {directory: /srv/shop}",
                "{directory: /srv/shop} | {shared: [x]} | {directory: /srv/shop, shared: [x]}",
            })
    void aTargetOfAnotherKindIsNotBoth(String before, String over, String expected) {
        assertThat(put("target", before, over)).isEqualTo(yaml(expected));
    }

    private static JsonNode put(String key, String before, String over) {
        ObjectNode base = JsonNodeFactory.instance.objectNode();
        base.set(key, yaml(before));
        Overlay.put(base, JsonNodeFactory.instance.objectNode().set(key, yaml(over)));
        return base.get(key);
    }

    @Test
    void whatAStepSaysDecidesOfWhatKindItIs() {
        ServiceFile file = ServiceFile.parse(
                "test.yaml",
                """
                service: shop
                target: {directory: /srv/shop, shared: ["logs/**"]}
                process: {run: [bin/server], environment: {A: b}, stopTimeout: 9s}
                environments: {e: {}}
                """);
        InstanceDefinition instance = file.environment(
                        "e", yaml("{target: {releases: /srv/releases}, process: {systemd: shop.service}}"))
                .instance("shop");
        assertThat(instance.target()).isInstanceOf(TargetDefinition.Releases.class);
        assertThat(instance.target().root()).isEqualTo(Path.of("/srv/releases"));
        assertThat(instance.target().managed().toString()).contains("logs/**");
        assertThat(instance.process().orElseThrow().how()).isInstanceOf(ProcessDefinition.Systemd.class);
        assertThatThrownBy(() -> file.environment("e", yaml("{process: {run: [x], systemd: shop.service}}")))
                .hasMessageContaining("does not say how an instance runs");
    }

    @Test
    void instancesAreMergedByName() {
        ServiceFile file = ServiceFile.parse(
                "test.yaml",
                """
                service: shop
                target: {directory: "/srv/shop/{instance}"}
                instances: {a: {port: 8081}, b: {port: 8082}}
                environments: {e: {}}
                """);
        assertThat(file.environment("e", yaml("{instances: {b: {port: 9000}, c: {port: 8083}}}"))
                        .instances())
                .extracting(
                        InstanceDefinition::name, instance -> instance.port().orElseThrow())
                .containsExactly(tuple("a", 8081), tuple("b", 9000), tuple("c", 8083));
    }
}
