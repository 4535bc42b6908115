package io.jenkins.plugins.transparentdeploy.engine.rollback;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.transparentdeploy.engine.journal.JournalRecord;
import io.jenkins.plugins.transparentdeploy.engine.journal.Operation.RunCommand;
import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.DebianServer;
import io.jenkins.plugins.transparentdeploy.engine.release.ManagedEnvironment;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseEvent;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseRecord;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseState;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * {@code kill -9} of the engine's JVM after each record of its journal, for a target of commands, and in the middle of a
 * command. What is live then is what the history says, whoever looks.
 */
class KilledCommandTargetTest {
    private static final int SIGKILL = 137;
    private static final int NEVER = 10_000;

    @TempDir
    private Path temporary;

    @ParameterizedTest
    @CsvSource({"deploy,true", "rollback,true", "deploy,false", "rollback,false"})
    void whatIsLiveIsWhatTheHistorySays(String act, boolean captures) throws Exception {
        int killed = 0;
        for (int record = 1; ; record++) {
            Path root = Files.createDirectory(temporary.resolve(act + captures + record));
            Workshop workshop = prepare(root, captures, "cp \"$TDEPLOY_CONTENT/app\" live");
            release(workshop, "1");
            if (act.equals("rollback")) {
                release(workshop, "2");
            }
            boolean finished = runChild(root, act, record);
            ReleaseRecord now = recover(workshop);
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
        Workshop workshop = prepare(
                temporary,
                true,
                "test -e \"$TDEPLOY_CONTENT/slow\" || exec cp \"$TDEPLOY_CONTENT/app\" live;"
                        + " echo half > live; kill -9 $(cat jvm);"
                        + " sleep 5; echo late > live; touch late");
        release(workshop, "1");
        workshop.write("v2", "slow", "");
        assertThat(runChild(temporary, "deploy", NEVER)).isFalse();
        assertThat(temporary.resolve("place/live")).hasContent("half");

        ReleaseRecord now = recover(workshop);
        assertThat(now.version()).isEqualTo("1");
        assertThat(Files.readString(temporary.resolve("place/live"))).isEqualTo("1");
        assertThat(workshop.events())
                .filteredOn(event -> event.type() == ReleaseEvent.Type.WARNING)
                .extracting(ReleaseEvent::message)
                .contains("a command was still running for a process that has died; it is ended");
        assertThat(ProcessHandle.allProcesses().filter(process -> process.info()
                        .commandLine()
                        .filter(line -> line.contains("touch late") && line.contains(temporary.toString()))
                        .isPresent()))
                .isEmpty();
        assertThat(temporary.resolve("place/late")).doesNotExist();
        try (ManagedEnvironment environment = workshop.open()) {
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
        String yaml =
                """
                target:
                  ansible: {playbook: "@root@/ansible/deploy.yml", inventory: "@root@/ansible/hosts.ini"}
                freezeAfterRollback: false
                """;
        Workshop workshop = new Workshop(temporary).with(yaml);
        Files.writeString(temporary.resolve("environment.yaml"), yaml);
        Path place = Files.createDirectories(temporary.resolve("place"));
        workshop.write("v1", "app", "1");
        workshop.write("v2", "app", "2");
        workshop.write(
                "ansible",
                "hosts.ini",
                "here ansible_connection=local ansible_python_interpreter=/usr/bin/python3 place=" + place + "\n",
                "deploy.yml",
                """
                - hosts: all
                  gather_facts: false
                  tasks:
                    - ansible.builtin.shell: echo half > {{ place }}/live; kill -9 $(cat {{ place }}/jvm); sleep 5
                      when: release_version == '2'
                    - ansible.builtin.copy: {src: "{{ release_content }}/app", dest: "{{ place }}/live", mode: "0600"}
                """);
        release(workshop, "1");
        assertThat(runChild(temporary, "deploy", NEVER)).isFalse();
        assertThat(Files.readString(place.resolve("live")).strip()).isEqualTo("half");

        assertThat(recover(workshop).version()).isEqualTo("1");
        assertThat(place.resolve("live")).hasContent("1");
        assertThat(ProcessHandle.allProcesses().filter(process -> process.info()
                        .commandLine()
                        .filter(line -> line.contains(place.toString()))
                        .isPresent()))
                .as("nothing is left that would go on")
                .isEmpty();
    }

    private static Workshop prepare(Path root, boolean captures, String apply) throws IOException {
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
        Files.writeString(root.resolve("environment.yaml"), yaml);
        Workshop workshop = new Workshop(root).with(yaml);
        workshop.write("v1", "app", "1");
        workshop.write("v2", "app", "2");
        return workshop;
    }

    private static void release(Workshop workshop, String version) throws IOException {
        try (ManagedEnvironment environment = workshop.open()) {
            assertThat(new AutoRollback(environment)
                            .deploy(workshop.path("v" + version), Workshop.request(version), false)
                            .state())
                    .isEqualTo(ReleaseState.SUCCEEDED);
        }
    }

    /** @return what is live then */
    private static ReleaseRecord recover(Workshop workshop) throws IOException {
        try (ManagedEnvironment environment = workshop.open()) {
            new Recovery(environment).recover();
            assertThat(environment.history().unfinished()).isEmpty();
            return environment.history().content(environment.history().live().orElseThrow());
        }
    }

    private static boolean runChild(Path root, String act, int killAt) throws Exception {
        Process child = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        CrashingRelease.class.getName(),
                        root.toString(),
                        act,
                        Integer.toString(killAt))
                .redirectErrorStream(true)
                .redirectOutput(root.resolve("output").toFile())
                .start();
        Files.writeString(root.resolve("place/jvm"), Long.toString(child.pid()));
        assertThat(child.waitFor(120, TimeUnit.SECONDS)).isTrue();
        String output = Files.readString(root.resolve("output"), StandardCharsets.UTF_8);
        boolean finished = output.contains("finished");
        assertThat(child.exitValue()).as(output).isEqualTo(finished ? 0 : SIGKILL);
        return finished;
    }
}
