package io.jenkins.plugins.transparentdeploy.demo.traffic;

import io.jenkins.plugins.transparentdeploy.demo.balancer.Proxy;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * What people write themselves, to compare with: for each instance, take it out of the upstream, {@code nginx -s reload},
 * stop it, start the new version, wait until it answers, put it back, reload.
 */
final class PlainScript implements AutoCloseable {
    private final Proxy nginx;
    private final Path directory;
    private final Map<String, String> servers;
    private final Map<String, Process> processes = new LinkedHashMap<>();

    PlainScript(Proxy nginx, Path directory, Map<String, String> servers) throws Exception {
        this.nginx = nginx;
        this.directory = directory;
        this.servers = servers;
        for (String instance : servers.keySet()) {
            start(instance, "first");
        }
    }

    void release(String version) throws Exception {
        for (String instance : servers.keySet()) {
            upstreamWithout(instance);
            reload();
            processes.get(instance).destroy();
            processes.get(instance).waitFor();
            start(instance, version);
            upstreamWithout("");
            reload();
        }
    }

    private void upstreamWithout(String absent) throws IOException {
        StringBuilder upstream = new StringBuilder("upstream shop {\n");
        servers.forEach((instance, address) ->
                upstream.append("    server ").append(address).append(instance.equals(absent) ? " down;\n" : ";\n"));
        Files.writeString(nginx.directory().resolve("upstream/shop.conf"), upstream + "}\n");
    }

    private void reload() throws Exception {
        Process reload = new ProcessBuilder(
                        "nginx", "-c", nginx.directory().resolve("nginx.conf").toString(), "-s", "reload")
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("reload.log").toFile())
                .start();
        if (reload.waitFor() != 0) {
            throw new IOException("nginx -s reload: " + Files.readString(directory.resolve("reload.log")));
        }
    }

    private void start(String instance, String version) throws Exception {
        Path home = Files.createDirectories(directory.resolve(instance));
        Files.writeString(home.resolve("version"), version);
        String address = servers.get(instance);
        processes.put(instance, Service.start(home, Integer.parseInt(address.substring(address.indexOf(':') + 1))));
        while (!answers(address)) {
            TimeUnit.MILLISECONDS.sleep(50);
        }
    }

    private static boolean answers(String address) {
        try {
            HttpURLConnection connection = (HttpURLConnection)
                    URI.create("http://" + address + "/").toURL().openConnection();
            return connection.getResponseCode() == 200;
        } catch (IOException e) {
            return false;
        }
    }

    @Override
    public void close() {
        processes.values().forEach(Process::destroy);
    }
}
