package io.jenkins.plugins.transparentdeploy.engine.rollback;

import static io.jenkins.plugins.transparentdeploy.engine.rollback.DocumentedPage.replace;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.jenkins.plugins.transparentdeploy.engine.host.ssh.OpenSshServer;
import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.DebianServer;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseRecord;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseState;
import io.jenkins.plugins.transparentdeploy.engine.storage.DurableFiles;
import io.jenkins.plugins.transparentdeploy.engine.target.ansible.HostRecap;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The service file and the playbook of the page about Ansible, as they stand, with Debian's Ansible and two hosts that it
 * reaches through real SSH servers. What differs: where {@code /srv} is, for the hosts share this machine's; the address that
 * is asked; and that a script restarts the shop.
 */
class DocumentedAnsibleOverSshTest {
    @TempDir
    Path root;

    private Workshop workshop;
    private OpenSshServer a;
    private OpenSshServer b;
    private HttpServer shop;

    @BeforeEach
    void asOnThePage() throws Exception {
        DebianServer.require("ansible-playbook");
        workshop = new Workshop(root);
        a = OpenSshServer.start(root.resolve("a/sshd"));
        b = OpenSshServer.start(root.resolve("b/sshd"));
        shop = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        shop.createContext("/health", exchange -> {
            byte[] body = Files.readAllBytes(root.resolve("a/served"));
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        shop.start();
        Path restart = workshop.write(
                        "bin",
                        "restart",
                        "#!/bin/sh\nplace=${HOME%/sshd/home}\ncp \"$place/srv/shop/current/health\" \"$place/served\"\n")
                .resolve("restart");
        Files.setPosixFilePermissions(restart, PosixFilePermissions.fromString("rwxr-xr-x"));
        DocumentedPage page = DocumentedPage.read("ansible.md");
        String file = page.environment("playbook: ansible/deploy.yml");
        file = replace(file, "ansible/deploy.yml", root + "/workspace/ansible/deploy.yml");
        file = replace(file, "ansible/hosts.ini", root + "/workspace/ansible/hosts.ini");
        file = replace(file, "sudo systemctl restart shop", restart.toString());
        file = replace(file, "127.0.0.1:8080", "127.0.0.1:" + shop.getAddress().getPort());
        workshop.with(file + "freezeAfterRollback: false\n");
        workshop.write(
                "workspace/ansible",
                "deploy.yml",
                replace(
                        replace(
                                page.block("ansible.builtin.copy"),
                                "dest: /srv/shop/current",
                                "dest: \"/srv/shop/current\""),
                        "/srv/shop",
                        "{{ place }}/srv/shop"),
                "templates/shop.conf.j2",
                "version = {{ release_version }}\n",
                "hosts.ini",
                inventory());
        for (String host : List.of("a", "b")) {
            Files.createDirectories(root.resolve(host).resolve("srv/shop/releases"));
        }
        workshop.write("one", "health", "UP: one");
        workshop.write("two", "health", "UP: two");
        workshop.write("bad", "health", "DOWN");
    }

    private String inventory() throws IOException {
        Path known = Files.writeString(
                root.resolve("known_hosts"), a.knownHost(a.port()) + "\n" + b.knownHost(b.port()) + "\n");
        return """
                [web]
                a ansible_port=%d ansible_ssh_private_key_file=%s place=%s/a
                b ansible_port=%d ansible_ssh_private_key_file=%s place=%s/b
                [web:vars]
                ansible_host=127.0.0.1
                ansible_user=%s
                ansible_python_interpreter=/usr/bin/python3
                ansible_ssh_common_args=-o UserKnownHostsFile=%s -o ControlPath=none -o ConnectTimeout=5
                """
                .formatted(a.port(), a.userKey(), root, b.port(), b.userKey(), root, a.user(), known);
    }

    @AfterEach
    void stop() {
        shop.stop(0);
        a.close();
        b.close();
    }

    private void assertLive(String version) {
        for (String host : List.of("a", "b")) {
            assertThat(root.resolve(host).resolve("srv/shop/current/health")).hasContent("UP: " + version);
            assertThat(root.resolve(host).resolve("srv/shop/current/shop.conf")).hasContent("version = " + version);
            assertThat(root.resolve(host).resolve("served")).hasContent("UP: " + version);
        }
    }

    @Test
    void aReleaseThatFailsItsSmokeTestComesBackAndSoDoesOneByHandWithoutAWorkspace() throws Exception {
        ReleaseRecord one = workshop.run("one");
        assertThat(one.state()).as(one.reasonOfState()).isEqualTo(ReleaseState.SUCCEEDED);
        assertLive("one");
        assertThat(one.playbookRuns().get(0).hosts())
                .containsExactly(new HostRecap("a", 4, 4, 0, 0, 0, 0, 0), new HostRecap("b", 4, 4, 0, 0, 0, 0, 0));
        assertThat(a.logins()).isPositive();
        assertThat(b.logins()).isPositive();

        ReleaseRecord bad = workshop.run("bad");
        assertThat(bad.state()).as(bad.reasonOfState()).isEqualTo(ReleaseState.ROLLED_BACK);
        assertLive("one");
        assertThat(workshop.run("two").state()).isEqualTo(ReleaseState.SUCCEEDED);
        assertLive("two");
        DurableFiles.deleteTree(root.resolve("workspace"));
        assertThat(workshop.rollback("previous").state()).isEqualTo(ReleaseState.ROLLED_BACK);
        assertLive("one");
    }

    @Test
    void aHostThatIsOutOfReachIsToldFromOneWhereATaskFailsAndIsMendedOnceItIsBack() throws Exception {
        workshop.run("one");
        b.close();
        ReleaseRecord two = workshop.run("two");
        assertThat(two.state()).as("nothing could bring the one before to b").isEqualTo(ReleaseState.ROLLBACK_FAILED);
        assertThat(two.reasonOfState()).contains("could not reach b (task '").doesNotContain("failed on");
        assertThat(two.incident().orElseThrow().reason())
                .contains("could not reach b")
                .doesNotContain("failed on");
        assertThat(two.playbookRuns()).hasSize(2);
        assertThat(two.playbookRuns().get(0).hosts())
                .extracting(HostRecap::host, HostRecap::failed, HostRecap::unreachable)
                .contains(org.assertj.core.groups.Tuple.tuple("b", 0, 1));
        assertThat(root.resolve("a/served")).as("what can be reached is back").hasContent("UP: one");

        b.start();
        ReleaseRecord back = workshop.rollback("previous");
        assertThat(back.state()).as(back.reasonOfState()).isEqualTo(ReleaseState.ROLLED_BACK);
        assertLive("one");

        Files.delete(root.resolve("b/srv/shop/current"));
        Files.createDirectories(root.resolve("b/srv/shop/current/in the way"));
        ReleaseRecord failing = workshop.run("two");
        assertThat(failing.incident().orElseThrow().reason())
                .contains("failed on b (task 'make it the current one'")
                .doesNotContain("could not reach");
    }
}
