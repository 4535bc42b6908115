package io.jenkins.plugins.transparentdeploy.engine.rollback;

import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.DebianServer;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Debian's Ansible, with two hosts that are this machine: each has a directory of its own. */
abstract class AnsibleHosts {
    static final String PLAYBOOK =
            """
            - hosts: web
              gather_facts: false
              tasks:
                - name: copy the release
                  ansible.builtin.copy: {src: "{{ release_content }}/app", dest: "{{ place }}/app", mode: "0644"}
                - name: configure
                  ansible.builtin.template: {src: shop.conf.j2, dest: "{{ place }}/shop.conf", mode: "0644"}
                - name: restart
                  ansible.builtin.shell: '! grep -q bad {{ place }}/app && echo {{ release_id }} >> {{ place }}/restarts'
            """;
    static final String ROLLBACK = "rollback: \"@root@/workspace/ansible/rollback.yml\"\n";

    @TempDir
    Path temporary;

    Workshop workshop;

    @BeforeEach
    void hosts() throws IOException {
        DebianServer.require("ansible-playbook");
        workshop = new Workshop(temporary);
        for (String version : new String[] {"1", "2", "bad"}) {
            workshop.write(version, "app", version);
        }
        Files.createDirectories(workshop.path("a"));
        Files.createDirectories(workshop.path("b"));
        playbook("deploy.yml", PLAYBOOK);
        playbook("templates/shop.conf.j2", "{{ release_version }} in {{ colour }}");
        playbook(
                "hosts.ini",
                """
                [web]
                a place=%1$s/a
                b place=%1$s/b
                [web:vars]
                ansible_connection=local
                ansible_python_interpreter=/usr/bin/python3
                """
                        .formatted(temporary));
        describe("blue", "");
    }

    void playbook(String name, String text) throws IOException {
        workshop.write("workspace/ansible", name, text);
    }

    void describe(String colour, String more) {
        workshop.with(
                """
                target:
                  ansible:
                    playbook: "@root@/workspace/ansible/deploy.yml"
                    inventory: "@root@/workspace/ansible/hosts.ini"
                    variables: {colour: %s}
                """
                                .formatted(colour)
                        + more.indent(4)
                        + "freezeAfterRollback: false\n");
    }

    ReleaseRecord run(String version) throws IOException {
        return workshop.run(version);
    }

    ReleaseRecord rollback(String to) throws IOException {
        return workshop.rollback(to);
    }

    String on(String host) throws IOException {
        Path place = workshop.path(host);
        return Files.readString(place.resolve("app")) + ": " + Files.readString(place.resolve("shop.conf"));
    }
}
