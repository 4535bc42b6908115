package io.jenkins.plugins.transparentdeploy.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import hudson.model.Result;
import io.jenkins.plugins.transparentdeploy.Sshd;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/**
 * "We have Ansible already": the service file, the playbook and the Jenkinsfile as they stand on the page, with Debian's Ansible
 * and two hosts of a real SSH server. What differs: addresses and places, and that a script stands in for systemd.
 */
@WithJenkins
class DocumentedAnsibleTest {
    private static final List<String> ADDRESSES = List.of("127.0.0.11", "127.0.0.12");

    @TempDir(cleanup = CleanupMode.NEVER)
    private Path directory;

    private Sshd sshd;
    private SimulatedUnits units;
    private Checkout shop;

    @AfterEach
    void tearDown() throws IOException {
        if (units != null) {
            units.close();
        }
        if (sshd != null) {
            sshd.close();
        }
    }

    @Test
    void weHaveAnsibleAlready(JenkinsRule jenkins) throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/ansible-playbook")), "Debian's ansible-core is not installed");
        sshd = new Sshd(directory.resolve("sshd"), ADDRESSES);
        units = new SimulatedUnits(directory, ADDRESSES);
        shop = Checkout.of(jenkins, "shop", directory.resolve("state"));
        Page page = Page.whole("ansible.md");
        shop.write(
                "transparent-deploy.yaml",
                page.block("yaml", 0)
                        .replace("sudo systemctl restart shop", units.systemctl() + " restart shop")
                        .replace("127.0.0.1:8080", ADDRESSES.get(1) + ":" + units.port()));
        shop.write(
                "ansible/deploy.yml",
                page.block("yaml", 1).replace("/srv/shop", directory + "/srv/{{ ansible_host }}/shop"));
        shop.write("ansible/templates/shop.conf.j2", "version = {{ release_version }}\n");
        shop.write("ansible/hosts.ini", inventory());
        for (String address : ADDRESSES) {
            Files.createDirectories(directory.resolve("srv").resolve(address).resolve("shop/releases"));
        }

        WorkflowRun first = release(page, "UP: orders open", Result.SUCCESS);
        jenkins.assertLogContains("deploy.yml on web2: ", first);
        assertLive("UP: orders open");
        release(page, "UP: all orders open", Result.SUCCESS);
        assertLive("UP: all orders open");
        WorkflowRun bad = release(page, "DOWN", Result.FAILURE);
        assertLive("UP: all orders open");
        try (JenkinsRule.WebClient web = jenkins.createWebClient()) {
            assertThat(web.goTo(bad.getUrl() + "release/").asNormalizedText())
                    .contains("deploy.yml", "web1", "web2", "Rolled back by itself");
        }
    }

    private String inventory() throws IOException {
        StringBuilder inventory = new StringBuilder("[web]\n");
        for (int number = 1; number <= ADDRESSES.size(); number++) {
            inventory.append("web" + number + " ansible_host=" + ADDRESSES.get(number - 1) + "\n");
        }
        return inventory + "[web:vars]\nansible_user=" + sshd.user() + "\nansible_port=" + sshd.port()
                + "\nansible_python_interpreter=/usr/bin/python3\nansible_ssh_private_key_file="
                + directory.resolve("sshd/user_key") + "\nansible_ssh_common_args=-o UserKnownHostsFile="
                + sshd.knownHosts() + "\n";
    }

    private WorkflowRun release(Page page, String health, Result result) throws Exception {
        shop.replace("source", Map.of("health", health));
        return shop.run(page.jenkinsfile(), result);
    }

    private void assertLive(String health) {
        for (String address : ADDRESSES) {
            assertThat(units.current(address, "health")).as(address).hasContent(health);
        }
    }
}
