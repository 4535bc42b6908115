package io.jenkins.plugins.transparentdeploy.engine.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CommandedTargetsReaderTest {
    private static EnvironmentDefinition read(String target) {
        return ServiceFile.parse("test", "service: shop\nenvironments: {production: {target: {" + target + "}}}\n")
                .environment("production", JsonNodeFactory.instance.objectNode());
    }

    private static TargetDefinition target(String target) {
        return read(target).instances().get(0).target();
    }

    @Test
    void commandsAreReadWithTheirTimeouts() {
        TargetDefinition.Commands commands = (TargetDefinition.Commands)
                target(
                        "command: {directory: /srv/db, apply: [./apply.sh, '{instance}'], timeout: 2m,"
                                + " capture: {shell: 'pg_dump shop > $TDEPLOY_STATE/dump', timeout: 1h}, restore: [./restore.sh]}");
        assertThat(commands.apply().command()).containsExactly("./apply.sh", "shop");
        assertThat(commands.apply().timeout()).isEqualTo(Duration.ofMinutes(2));
        assertThat(commands.capture().orElseThrow().timeout()).isEqualTo(Duration.ofHours(1));
        assertThat(commands.capture().orElseThrow().command()).startsWith("sh", "-c");
        assertThat(commands.reversal()).isEqualTo(TargetDefinition.Reversal.COMPENSABLE);
        assertThat(commands.holdsFiles()).isFalse();

        TargetDefinition.Commands alone =
                (TargetDefinition.Commands) target("command: {directory: /srv/db, apply: [./apply.sh]}");
        assertThat(alone.reversal()).isEqualTo(TargetDefinition.Reversal.REVERSIBLE);
    }

    @Test
    void severalInstancesMayRunTheirCommandsInOneDirectory() {
        EnvironmentDefinition definition = ServiceFile.parse(
                        "test",
                        "service: shop\ninstances: {a: {}, b: {}}\n"
                                + "environments: {production: {target: {command: {directory: /srv/db, apply: [x]}}}}\n")
                .environment("production", JsonNodeFactory.instance.objectNode());
        assertThat(definition.instances()).hasSize(2);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "command: {apply: [x]} | 'environments.production.target.command.directory' is missing",
                "command: {directory: /d} | 'environments.production.target.command.apply' is missing",
                "command: {directory: /d, apply: []} | command.apply' is empty",
                "command: {directory: /d, apply: [x], capture: [y]} | command.restore' is missing",
                "command: {directory: /d, apply: [x], reversibility: maybe} | 'maybe'",
                "command: {directory: /d, apply: [x], aply: [x]} | apply",
                "command: {directory: /d, apply: [x, --password=hunter2x]} | seems to hold a secret",
                "command: {directory: /d, apply: [x], environment: {DB_PASSWORD: x}} | seems to hold a secret",
                "command: {directory: /d, apply: [x], environment: {TDEPLOY_STATE: x}} | is what this program says",
                "command: {directory: /d, apply: [x]}, shared: [logs] | is only about directories",
                "ansible: {inventory: /x/hosts.ini} | ansible.playbook' is missing",
                "ansible: {playbook: /a/deploy.yml, inventory: /b/hosts.ini} | is not in /a",
                "ansible: {playbook: /a/deploy.yml, rollback: ../rollback.yml} | is not in /a",
                "ansible: {playbook: /a/deploy.yml, limit: '--become'} | looks like an option",
                "ansible: {playbook: /a/deploy.yml, variables: {db: {password: x}}} | looks like a secret",
                "ansible: {playbook: /a/deploy.yml, variables: {release_id: x}} | is what this program says",
                "ansible: {playbook: /a/deploy.yml, vaultPasswordVariable: VAULT} | environmentFile",
                "ansible: {playbook: /a/deploy.yml, capture: {files: [etc/x]}} | not an absolute path",
                "ansible: {playbook: /a/deploy.yml, vaultPasswordFile: x} | not an absolute path"
            })
    void whatCannotBeIsRefusedWithItsPlace(String target, String message) {
        assertThatThrownBy(() -> read(target))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining(message);
    }

    @Test
    void pathsOfAPlaybookAreSeenFromTheServiceFileAndAbsoluteInTheRecord(@TempDir Path directory) throws Exception {
        Path file = Files.writeString(
                directory.resolve("transparent-deploy.yaml"),
                """
                service: shop
                environments:
                  production:
                    target:
                      ansible:
                        playbook: ansible/deploy.yml
                        inventory: ansible/hosts.ini
                        capture: {playbook: ansible/capture.yml}
                """);
        EnvironmentDefinition definition =
                ServiceFile.read(file).environment("production", JsonNodeFactory.instance.objectNode());
        TargetDefinition.Ansible ansible =
                (TargetDefinition.Ansible) definition.instances().get(0).target();
        assertThat(ansible.directory()).isEqualTo(directory.resolve("ansible"));
        assertThat(List.of(
                        ansible.playbook(),
                        ansible.inventory().orElseThrow(),
                        ansible.capture().orElseThrow()))
                .allMatch(path -> path.startsWith(directory.resolve("ansible")));
        EnvironmentDefinition recorded = EnvironmentReader.read("shop", "production", definition.resolved());
        assertThat(recorded.instances().get(0).target()).isEqualTo(ansible);
    }
}
