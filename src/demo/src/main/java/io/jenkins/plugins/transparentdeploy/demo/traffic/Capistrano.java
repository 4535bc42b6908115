package io.jenkins.plugins.transparentdeploy.demo.traffic;

import io.jenkins.plugins.transparentdeploy.demo.balancer.Proxy;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What Capistrano does, to compare with: a directory of releases, {@code current} switched to the new one, then each instance
 * restarted in turn and waited for. Its backend is the local one; it knows of no load balancer.
 */
final class Capistrano implements AutoCloseable {
    private static final String RECIPE =
            """
            require "capistrano/setup"
            require "capistrano/deploy"
            require "capistrano/scm/plugin"

            class FromDirectory < Capistrano::SCM::Plugin
              def register_hooks
                after "deploy:new_release_path", "from_directory:create_release"
              end

              def define_tasks
                namespace :from_directory do
                  task :create_release do
                    on(roles(:app)) { execute :cp, "-a", ENV.fetch("ARTIFACT"), release_path }
                  end
                end
              end
            end
            install_plugin FromDirectory
            """;
    private static final String SETTINGS =
            """
            set :application, "shop"
            set :deploy_to, "@directory@"
            set :sshkit_backend, SSHKit::Backend::Local
            set :format_options, log_file: "@directory@/capistrano.log", truncate: false
            namespace :deploy do
              task :restart do
                on(roles(:app)) { execute "@directory@/restart" }
              end
            end
            after "deploy:publishing", "deploy:restart"
            """;

    private final Path directory;

    Capistrano(Path directory, Map<String, String> servers) throws IOException, InterruptedException {
        this.directory = Files.createDirectories(directory);
        Files.createDirectories(directory.resolve("config/deploy"));
        Files.writeString(directory.resolve("Capfile"), RECIPE);
        Files.writeString(directory.resolve("config/deploy.rb"), SETTINGS.replace("@directory@", directory.toString()));
        Files.writeString(directory.resolve("config/deploy/benchmark.rb"), "server \"localhost\", roles: [:app]\n");
        Files.writeString(directory.resolve("restart"), restart(servers));
        if (!directory.resolve("restart").toFile().setExecutable(true)) {
            throw new IOException("Not to be made executable: " + directory.resolve("restart"));
        }
        release("first");
    }

    /** Whether {@code cap} is on the {@code PATH}. */
    static boolean isInstalled() {
        return Stream.of(System.getenv("PATH").split(File.pathSeparator))
                .anyMatch(entry -> Files.isExecutable(Path.of(entry, "cap")));
    }

    /** Stops, starts and waits for one instance after the other. */
    private String restart(Map<String, String> servers) {
        StringBuilder script = new StringBuilder("#!/bin/bash\nset -e\n");
        servers.forEach((instance, address) -> {
            int port = Integer.parseInt(address.substring(address.indexOf(':') + 1));
            String start = Service.command(directory.resolve("current"), port).stream()
                    .map(word -> "'" + word + "'")
                    .collect(Collectors.joining(" "));
            script.append(String.format(
                    Locale.ROOT,
                    """
                    pid=$(cat %1$s.pid 2>/dev/null || true)
                    [ -z "$pid" ] || { kill "$pid" && while kill -0 "$pid" 2>/dev/null; do sleep 0.05; done; }
                    setsid %2$s >%1$s.out 2>&1 </dev/null &
                    echo $! >%1$s.pid
                    until (exec 3<>/dev/tcp/127.0.0.1/%3$d) 2>/dev/null; do sleep 0.05; done
                    """,
                    directory.resolve(instance),
                    start,
                    port));
        });
        return script.toString();
    }

    void release(String version) throws IOException, InterruptedException {
        Path artifact = Files.createDirectories(directory.resolve("artifacts").resolve(version));
        Files.writeString(artifact.resolve("version"), version);
        cap(Map.of("ARTIFACT", artifact.toString()), "deploy");
    }

    void rollBack() throws IOException, InterruptedException {
        cap(Map.of(), "deploy:rollback");
    }

    private void cap(Map<String, String> environment, String task) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("cap", "benchmark", task));
        Path output = directory.resolve("cap.out");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        builder.environment().putAll(environment);
        if (builder.start().waitFor() != 0) {
            throw new IOException(String.join(" ", command) + ": " + Files.readString(output));
        }
    }

    /** The addresses of two instances that nobody else has. */
    static Map<String, String> servers() throws IOException {
        return Map.of("a", "127.0.0.1:" + Proxy.freePort(), "b", "127.0.0.1:" + Proxy.freePort());
    }

    @Override
    public void close() throws IOException {
        for (String instance : List.of("a", "b")) {
            Path pid = directory.resolve(instance + ".pid");
            if (Files.exists(pid)) {
                ProcessHandle.of(Long.parseLong(Files.readString(pid).strip())).ifPresent(ProcessHandle::destroy);
            }
        }
    }
}
