package io.jenkins.plugins.transparentdeploy.engine.rollback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.DebianServer;
import io.jenkins.plugins.transparentdeploy.engine.release.ManagedEnvironment;
import io.jenkins.plugins.transparentdeploy.engine.release.Outlook;
import io.jenkins.plugins.transparentdeploy.engine.release.Plan;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseEvent;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseRecord;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseState;
import io.jenkins.plugins.transparentdeploy.engine.storage.DurableFiles;
import io.jenkins.plugins.transparentdeploy.engine.target.ansible.HostRecap;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;

/** Releases by Debian's Ansible to two hosts that are this machine. */
class AnsibleReleaseTest extends AnsibleHosts {
    @Test
    void aReleaseIsBroughtAndComesBackByItsOwnPlaybookWithoutAWorkspace() throws Exception {
        ReleaseRecord first = run("1");
        assertThat(first.state()).as(first.reasonOfState()).isEqualTo(ReleaseState.SUCCEEDED);
        assertThat(on("a")).isEqualTo("1: 1 in blue");
        assertThat(on("b")).isEqualTo("1: 1 in blue");
        assertThat(first.playbookRuns()).singleElement().satisfies(played -> {
            assertThat(played.playbook()).isEqualTo("deploy.yml");
            assertThat(played.version()).isEqualTo("1");
            assertThat(played.hosts())
                    .containsExactly(new HostRecap("a", 3, 3, 0, 0, 0, 0, 0), new HostRecap("b", 3, 3, 0, 0, 0, 0, 0));
        });
        assertThat(workshop.events())
                .extracting(ReleaseEvent::message)
                .contains("deploy.yml on a: 3 ok, 3 changed, 0 failed, 0 unreachable, 0 skipped");

        playbook("templates/shop.conf.j2", "version {{ release_version }}: {{ colour }}");
        describe("red", "");
        assertThat(run("2").state()).isEqualTo(ReleaseState.SUCCEEDED);
        assertThat(on("a")).isEqualTo("2: version 2: red");

        DurableFiles.deleteTree(workshop.path("workspace"));
        ReleaseRecord back = rollback("previous");
        assertThat(back.state()).as(back.reasonOfState()).isEqualTo(ReleaseState.ROLLED_BACK);
        assertThat(on("a")).isEqualTo("1: 1 in blue");
        assertThat(on("b")).isEqualTo("1: 1 in blue");
        assertThat(Files.readAllLines(workshop.path("a/restarts")))
                .as("the id is that of the release that came back")
                .endsWith(first.id().value());
        assertThat(back.playbookRuns()).singleElement().satisfies(played -> assertThat(played.back())
                .isTrue());
    }

    @Test
    void aTaskThatFailsIsNamedAndTheReleaseGoesBack() throws Exception {
        run("1");
        ReleaseRecord bad = run("bad");
        assertThat(bad.state()).as(bad.reasonOfState()).isEqualTo(ReleaseState.ROLLED_BACK);
        assertThat(bad.reasonOfState())
                .contains("playbook 'deploy.yml' failed on a (task 'restart': non-zero return code")
                .contains("b (task 'restart'");
        assertThat(on("a")).isEqualTo("1: 1 in blue");
        assertThat(bad.playbookRuns()).hasSize(2);
        assertThat(bad.playbookRuns().get(0).hosts()).allMatch(HostRecap::isBad);
        assertThat(bad.playbookRuns().get(1).hosts()).noneMatch(HostRecap::isBad);
        assertThat(bad.playbookRuns().get(1).version()).isEqualTo("1");
    }

    @Test
    void aHostThatCannotBeReachedIsToldFromOneWhereATaskFails() throws Exception {
        run("1");
        playbook(
                "hosts.ini",
                """
                [web]
                a place=%s/a ansible_connection=local ansible_python_interpreter=/usr/bin/python3
                b place=%s/b ansible_host=127.0.0.1 ansible_port=%d
                """
                        .formatted(temporary, temporary, DebianServer.freePort()));
        ReleaseRecord bad = run("2");
        assertThat(bad.state()).as(bad.reasonOfState()).isEqualTo(ReleaseState.ROLLED_BACK);
        assertThat(bad.reasonOfState())
                .contains("could not reach b (task 'copy the release'")
                .doesNotContain("failed on");
        assertThat(bad.playbookRuns().get(0).hosts())
                .extracting(HostRecap::unreachable)
                .containsExactly(0, 1);
        assertThat(on("a")).as("back, with the inventory of then").isEqualTo("1: 1 in blue");
    }

    @Test
    void aPlaybookOfItsOwnTakesTheReleaseBack() throws Exception {
        playbook(
                "rollback.yml",
                """
                - hosts: web
                  gather_facts: false
                  tasks:
                    - name: take back
                      ansible.builtin.shell: >-
                        echo '{{ colour }} to {{ release_version }}' > {{ place }}/taken-back;
                        rm -f {{ place }}/app;
                        test -z '{{ release_content }}' || cp '{{ release_content }}/app' {{ place }}/app
                """);
        describe("blue", ROLLBACK);
        ReleaseRecord first = run("bad");
        assertThat(first.state()).as(first.reasonOfState()).isEqualTo(ReleaseState.ROLLED_BACK);
        assertThat(Files.readString(workshop.path("a/taken-back")).strip()).isEqualTo("blue to");
        assertThat(workshop.path("a/app")).doesNotExist();

        run("1");
        describe("red", ROLLBACK);
        assertThat(run("bad").state()).isEqualTo(ReleaseState.ROLLED_BACK);
        assertThat(Files.readString(workshop.path("b/taken-back")).strip()).isEqualTo("red to 1");
        assertThat(workshop.path("b/app")).hasContent("1");
    }

    @Test
    void thePlanSaysWhatATrialRunWouldChangeAndTouchesNothing() throws Exception {
        describe("blue", "check: true\n");
        run("1");
        playbook("templates/shop.conf.j2", "new: {{ release_version }}");
        try (ManagedEnvironment environment = workshop.open()) {
            Plan plan = Plan.make(environment, workshop.path("2"), false);
            assertThat(Outlook.of(environment, plan, "2").changes().get("shop"))
                    .contains("a: 'copy the release' would change " + workshop.path("a/app"))
                    .contains("b: 'configure' would change " + workshop.path("b/shop.conf"));
        }
        assertThat(on("a")).isEqualTo("1: 1 in blue");
    }

    @Test
    void whatCannotBeReadIsRefusedBeforeAnythingIsTouched() throws Exception {
        run("1");
        playbook("deploy.yml", PLAYBOOK + "    - name: [\n");
        assertThatThrownBy(() -> run("2"))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("Ansible does not understand the playbook deploy.yml")
                .hasMessageContaining(
                        workshop.path("workspace/ansible/deploy.yml").toString());
        playbook("deploy.yml", PLAYBOOK.replace("hosts: web", "hosts: nobody"));
        assertThat(run("2").reasonOfState()).contains("did nothing, for no host of the inventory was meant");
        assertThat(on("a")).isEqualTo("1: 1 in blue");
        Files.delete(workshop.path("workspace/ansible/hosts.ini"));
        assertThatThrownBy(() -> run("2"))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("hosts.ini does not exist");
    }

    @Test
    void beforeTheFirstReleaseThereIsNothingToGoBackToAndThePlanSaysSo() throws Exception {
        try (ManagedEnvironment environment = workshop.open()) {
            assertThat(Plan.make(environment, workshop.path("1"), false).warnings())
                    .singleElement()
                    .asString()
                    .contains("nothing to go back to before the first release");
        }
        ReleaseRecord bad = run("bad");
        assertThat(bad.state()).isEqualTo(ReleaseState.ROLLED_BACK);
        assertThat(bad.reasonOfState())
                .contains("; there was nothing to go back to: what the playbook did until then stays");
        assertThat(workshop.events())
                .extracting(ReleaseEvent::message)
                .anyMatch(message -> message.contains("stays as it is"));
        assertThat(run("1").state()).isEqualTo(ReleaseState.SUCCEEDED);
    }

    @Test
    void filesOfTheHostsAreCapturedAndFoundByThePlaybookThatTakesBack() throws Exception {
        playbook(
                "rollback.yml",
                """
                - hosts: web
                  gather_facts: false
                  tasks:
                    - ansible.builtin.copy:
                        src: "{{ release_state }}/{{ inventory_hostname }}{{ place }}/precious"
                        dest: "{{ place }}/precious"
                        mode: "0600"
                """);
        playbook(
                "deploy.yml",
                PLAYBOOK
                        + """
                    - ansible.builtin.copy: {content: gone, dest: "{{ place }}/precious", mode: "0600"}
                    - ansible.builtin.fail: {msg: on purpose}
                """);
        describe("blue", ROLLBACK + "capture: {files: [\"@root@/a/precious\", \"@root@/b/precious\"]}\n");
        workshop.write("a", "precious", "of a");
        workshop.write("b", "precious", "of b");
        ReleaseRecord bad = run("1");
        assertThat(bad.state()).as(bad.reasonOfState()).isEqualTo(ReleaseState.ROLLED_BACK);
        assertThat(bad.reasonOfState()).contains("on purpose");
        assertThat(workshop.path("a/precious")).hasContent("of a");
        assertThat(workshop.path("b/precious")).hasContent("of b");
    }

    @Test
    void variablesReachItInAFileAndSecretsByReference() throws Exception {
        workshop.write("secrets", "vault.env", "VAULT=correct-horse", "password", "correct-horse");
        Process encrypt = new ProcessBuilder(
                        "ansible-vault",
                        "encrypt_string",
                        "--vault-password-file",
                        workshop.path("secrets/password").toString(),
                        "-n",
                        "key",
                        "s3cr3t")
                .start();
        String encrypted = new String(encrypt.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(encrypt.waitFor()).isZero();
        playbook("group_vars/web.yml", encrypted);
        playbook(
                "deploy.yml",
                PLAYBOOK
                        + """
                    - ansible.builtin.copy: {content: "{{ key }}", dest: "{{ place }}/key", mode: "0600"}
                      no_log: true
                """);
        describe("blue", "vaultPasswordVariable: VAULT\nenvironmentFile: \"@root@/secrets/vault.env\"\n");
        ReleaseRecord record = run("1");
        assertThat(record.state()).as(record.reasonOfState()).isEqualTo(ReleaseState.SUCCEEDED);
        assertThat(workshop.path("a/key")).hasContent("s3cr3t");
        try (ManagedEnvironment environment = workshop.open()) {
            assertThat(environment.journal().records(record.id().value()).toString())
                    .contains("ansible-playbook")
                    .doesNotContain("correct-horse")
                    .doesNotContain("s3cr3t")
                    .doesNotContain("colour");
        }
        assertThat(workshop.events().toString()).doesNotContain("s3cr3t").doesNotContain("correct-horse");
    }
}
