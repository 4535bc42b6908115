package io.jenkins.plugins.transparentdeploy.benchmark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Capistrano with its usual plugin for Git. The repository is a local one that every host reads for itself: what it reads
 * does not go through SSH, and is not counted.
 */
final class CapistranoFleet implements FleetContender {
    private static final String CAPFILE =
            """
            require "capistrano/setup"
            require "capistrano/deploy"
            require "capistrano/scm/git"
            install_plugin Capistrano::SCM::Git
            """;
    private static final String SETTINGS =
            """
            set :application, "app"
            set :repo_url, "file://@directory@/repository"
            set :branch, ENV.fetch("RELEASE", "1")
            set :deploy_to, "@place@"
            set :tmp_dir, "@directory@/tmp"
            set :format, :simpletext
            set :format_options, log_file: "@directory@/capistrano.log", truncate: false
            # Hosts that are one machine need a directory each.
            SSHKit::Command.prepend(Module.new { def to_command = super.gsub("@host@", host.to_s) })
            SSHKit.config.default_runner = :groups
            SSHKit.config.default_runner_config = {limit: @parallel@}
            """;

    private final FleetHosts hosts;
    private final Path directory;

    CapistranoFleet(FleetHosts hosts, Path directory) {
        this.hosts = hosts;
        this.directory = directory;
    }

    @Override
    public String name() {
        return "Capistrano";
    }

    @Override
    public String how() {
        return "`cap deploy`, groups of " + PARALLEL
                + ", `file://` repository on the same disk: the content does not come through SSH";
    }

    @Override
    public List<String> needs() {
        return List.of("cap", "git");
    }

    @Override
    public void begin(Path tree, Path second) throws IOException {
        Files.createDirectories(directory.resolve("config/deploy"));
        Files.createDirectories(directory.resolve("tmp"));
        Files.writeString(directory.resolve("Capfile"), CAPFILE);
        Files.writeString(
                directory.resolve("config/deploy.rb"),
                SETTINGS.replace("@directory@", directory.toString())
                        .replace("@place@", place("@host@").toString())
                        .replace("@parallel@", Integer.toString(PARALLEL)));
        Files.writeString(
                directory.resolve("config/deploy/fleet.rb"),
                hosts.names().stream()
                        .map(host -> "server \"" + host + "\", roles: [:app], ssh_options: {config: \""
                                + hosts.configuration() + "\"}\n")
                        .collect(Collectors.joining()));
        commit(tree, "1");
        // What a developer has done before.
        commit(second, "2");
        cap("1", "deploy");
    }

    private void commit(Path tree, String release) throws IOException {
        Files.createDirectories(directory.resolve("repository"));
        Commands.shell(
                "cd repository; git init -q 2>/dev/null; find . -mindepth 1 -maxdepth 1 ! -name .git -exec rm -rf {} +; cp -a \"$TREE/.\" .;"
                        + " git add -f -A; git -c user.name=b -c user.email=b@localhost commit -q -m \"$N\";"
                        + " git branch \"$N\"",
                directory,
                Map.of("TREE", tree.toString(), "N", release));
    }

    @Override
    public void release(Path second) throws IOException {
        cap("2", "deploy");
    }

    @Override
    public void rollBack() throws IOException {
        cap("2", "deploy:rollback");
    }

    private void cap(String release, String task) throws IOException {
        Commands.run(
                List.of("cap", "fleet", task), directory, Map.of("RELEASE", release, "HOME", directory.toString()));
    }

    @Override
    public Path live(String host) {
        return place(host).resolve("current");
    }

    private Path place(String host) {
        return hosts.directory(host).resolve("home/capistrano");
    }
}
