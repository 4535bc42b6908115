package io.jenkins.plugins.transparentdeploy.engine.rollback;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.transparentdeploy.engine.journal.JournalRecord;
import io.jenkins.plugins.transparentdeploy.engine.journal.Operation.RunCommand;
import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.DebianServer;
import io.jenkins.plugins.transparentdeploy.engine.release.ManagedEnvironment;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseEvent;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * {@code kill -9} of the engine's JVM after each record of its journal, for a target of commands, and in the middle of a
 * command. What is live then is what the history says, whoever looks.
 */
class KilledCommandTargetTest {
    @TempDir
    private Path temporary;

    @ParameterizedTest
    @CsvSource({"deploy,true", "rollback,true", "deploy,false", "rollback,false"})
    void whatIsLiveIsWhatTheHistorySays(String act, boolean captures) throws Exception {
        int killed = 0;
        for (int record = 1; ; record++) {
            Path root = Files.createDirectory(temporary.resolve(act + captures + record));
            CrashingShop shop = prepare(root, captures, "cp \"$TDEPLOY_CONTENT/app\" live");
            shop.release("1");
            if (act.equals("rollback")) {
                shop.release("2");
            }
            boolean finished = shop.crash(act, Integer.toString(record));
            ReleaseRecord now = shop.recover();
            assertThat(Files.readString(root.resolve("place/live")))
                    .as("killed at record %d, now %s %s", record, now.kind(), now.state())
                    .isEqualTo(now.version());
            if (finished) {
                assertThat(now.version()).isEqualTo(act.equals("deploy") ? "2" : "1");
                break;
            }
            killed++;
        }
        assertThat(killed).as("records at which it was killed").isGreaterThan(5);
    }

    /** The command goes on when its process dies; it has to be ended before the older state is brought back. */
    @Test
    void aCommandThatGoesOnAloneIsEndedBeforeWhatWasThereComesBack() throws Exception {
        CrashingShop shop = prepare(
                temporary,
                true,
                "test -e \"$TDEPLOY_CONTENT/slow\" || exec cp \"$TDEPLOY_CONTENT/app\" live;"
                        + " echo half > live; kill -9 $(cat ../jvm);"
                        + " sleep 5; echo late > live; touch late");
        shop.release("1");
        shop.workshop().write("v2", "slow", "");
        assertThat(shop.crash("deploy", CrashingShop.NEVER)).isFalse();
        assertThat(temporary.resolve("place/live")).hasContent("half");

        ReleaseRecord now = shop.recover();
        assertThat(now.version()).isEqualTo("1");
        assertThat(Files.readString(temporary.resolve("place/live"))).isEqualTo("1");
        assertThat(shop.workshop().events())
                .filteredOn(event -> event.type() == ReleaseEvent.Type.WARNING)
                .extracting(ReleaseEvent::message)
                .contains("a command was still running for a process that has died; it is ended");
        assertThat(CrashingShop.processes("touch late", temporary.toString())).isEmpty();
        assertThat(temporary.resolve("place/late")).doesNotExist();
        try (ManagedEnvironment environment = shop.workshop().open()) {
            ReleaseRecord bad = environment.history().newest(1).get(0);
            List<String> commands = environment.journal().records(bad.id().value()).stream()
                    .filter(JournalRecord.Intent.class::isInstance)
                    .map(entry -> ((RunCommand) ((JournalRecord.Intent) entry).operation()).name())
                    .toList();
            assertThat(commands).containsExactly("target/apply", "target/restore");
        }
    }

    @Test
    void aPlaybookThatGoesOnAloneIsEndedToo() throws Exception {
        DebianServer.require("ansible-playbook");
        CrashingShop shop = new CrashingShop(
                temporary,
                """
                target:
                  ansible: {playbook: "@root@/ansible/deploy.yml", inventory: "@root@/ansible/hosts.ini"}
                freezeAfterRollback: false
                """);
        Path place = Files.createDirectories(temporary.resolve("place"));
        Workshop workshop = shop.workshop();
        workshop.write(
                "ansible",
                "hosts.ini",
                "here ansible_connection=local ansible_python_interpreter=/usr/bin/python3 place=" + place + "\n",
                "deploy.yml",
                """
                - hosts: all
                  gather_facts: false
                  tasks:
                    - ansible.builtin.shell: echo half > {{ place }}/live; kill -9 $(cat {{ place }}/../jvm); sleep 5
                      when: release_version == '2'
                    - ansible.builtin.copy: {src: "{{ release_content }}/app", dest: "{{ place }}/live", mode: "0600"}
                """);
        shop.release("1");
        assertThat(shop.crash("deploy", CrashingShop.NEVER)).isFalse();
        assertThat(Files.readString(place.resolve("live")).strip()).isEqualTo("half");

        assertThat(shop.recover().version()).isEqualTo("1");
        assertThat(place.resolve("live")).hasContent("1");
        assertThat(CrashingShop.processes(place.toString()))
                .as("nothing is left that would go on")
                .isEmpty();
    }

    private static CrashingShop prepare(Path root, boolean captures, String apply) throws IOException {
        String yaml =
                """
                target:
                  command:
                    directory: "@root@/place"
                    apply: {shell: '%s'}
                """
                                .formatted(apply)
                        + (captures
                                ? """
                    capture: {shell: 'touch live; cp live "$TDEPLOY_STATE"'}
                    restore: {shell: 'cp "$TDEPLOY_STATE/live" live'}
                    reversibility: reversible
                """
                                : "")
                        + "freezeAfterRollback: false\n";
        Files.createDirectories(root.resolve("place"));
        return new CrashingShop(root, yaml);
    }
}
