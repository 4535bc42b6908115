package io.jenkins.plugins.transparentdeploy.benchmark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** A playbook that does what a release directory wants: {@code rsync} beside the one before, then a link. */
final class AnsibleFleet implements FleetContender {
    private static final String RELEASE =
            """
            - hosts: all
              gather_facts: false
              tasks:
                - ansible.builtin.command: >-
                    rsync -a --link-dest=../1/ -e 'ssh -F @ssh@' {{ tree }}/ {{ inventory_hostname }}:{{ place }}/releases/2/
                  delegate_to: localhost
                - ansible.builtin.file: {src: releases/2, dest: "{{ place }}/current", state: link, force: true}
            """;
    private static final String ROLLBACK =
            """
            - hosts: all
              gather_facts: false
              tasks:
                - ansible.builtin.file: {src: releases/1, dest: "{{ place }}/current", state: link, force: true}
            """;

    private final FleetHosts hosts;
    private final Path directory;

    AnsibleFleet(FleetHosts hosts, Path directory) {
        this.hosts = hosts;
        this.directory = directory;
    }

    @Override
    public String name() {
        return "Ansible";
    }

    @Override
    public String how() {
        return "`ansible-playbook -f " + PARALLEL
                + "` with `rsync -a --link-dest` into a release directory and the module `file` for the link";
    }

    @Override
    public List<String> needs() {
        return List.of("ansible-playbook", "rsync");
    }

    @Override
    public void begin(Path tree, Path second) throws IOException {
        Files.createDirectories(directory);
        for (String host : hosts.names()) {
            Path release = place(host).resolve("releases/1");
            Files.createDirectories(release);
            Commands.run(List.of("cp", "-a", tree + "/.", release.toString()), directory, Map.of());
            Files.createSymbolicLink(live(host), Path.of("releases/1"));
        }
        Files.writeString(
                directory.resolve("inventory"),
                hosts.names().stream()
                        .map(host -> host + " place=" + place(host) + " ansible_ssh_common_args='-F "
                                + hosts.configuration() + "' ansible_python_interpreter=/usr/bin/python3\n")
                        .collect(Collectors.joining()));
        Files.writeString(
                directory.resolve("release.yml"), RELEASE.replace("@ssh@", String.valueOf(hosts.configuration())));
        Files.writeString(directory.resolve("rollback.yml"), ROLLBACK);
    }

    @Override
    public void release(Path tree) throws IOException {
        play("release.yml", "-e", "tree=" + tree);
    }

    @Override
    public void rollBack() throws IOException {
        play("rollback.yml");
    }

    private void play(String book, String... more) throws IOException {
        List<String> command =
                new ArrayList<>(List.of("ansible-playbook", "-i", "inventory", "-f", Integer.toString(PARALLEL), book));
        command.addAll(List.of(more));
        Commands.run(
                command,
                directory,
                Map.of(
                        "HOME",
                        directory.toString(),
                        "ANSIBLE_SSH_CONTROL_PATH_DIR",
                        "/tmp/.fleet-" + ProcessHandle.current().pid()));
    }

    private Path place(String host) {
        return hosts.directory(host).resolve("ansible");
    }

    @Override
    public Path live(String host) {
        return place(host).resolve("current");
    }
}
