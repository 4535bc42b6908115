package io.jenkins.plugins.transparentdeploy.benchmark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** {@code rsync} in a shell loop, over what is live: nothing is atomic, and to go back is to send what was before. */
final class RsyncFleet implements FleetContender {
    private final FleetHosts hosts;
    private final Path directory;
    private Path first;

    RsyncFleet(FleetHosts hosts, Path directory) {
        this.hosts = hosts;
        this.directory = directory;
    }

    @Override
    public String name() {
        return "rsync loop";
    }

    @Override
    public String how() {
        return "`xargs -P" + PARALLEL + "` of `rsync -a --delete` into the directory that is live";
    }

    @Override
    public List<String> needs() {
        return List.of("rsync", "xargs");
    }

    @Override
    public void begin(Path tree, Path second) throws IOException {
        first = tree;
        Files.createDirectories(directory);
        for (String host : hosts.names()) {
            Files.createDirectories(live(host));
            Commands.run(List.of("cp", "-a", tree + "/.", live(host).toString()), directory, Map.of());
        }
    }

    @Override
    public void release(Path tree) throws IOException {
        Commands.shell(
                String.format(
                        "printf '%%s\\n' %s | xargs -P%d -I@ rsync -a --delete -e 'ssh -F %s' %s/ @:%s/",
                        String.join(" ", hosts.names()), PARALLEL, hosts.configuration(), tree, live("@")),
                directory,
                Map.of());
    }

    @Override
    public void rollBack() throws IOException {
        release(first);
    }

    @Override
    public Path live(String host) {
        return hosts.directory(host).resolve("rsync/app");
    }
}
