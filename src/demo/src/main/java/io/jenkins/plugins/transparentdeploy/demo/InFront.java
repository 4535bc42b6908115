package io.jenkins.plugins.transparentdeploy.demo;

import io.jenkins.plugins.transparentdeploy.demo.balancer.Proxy;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * The load balancer that users reach the shop by.
 *
 * @param address where they go
 * @param inServiceFile what {@code loadBalancer:} is to say
 * @param keepAlive whether clients may keep connections and lose nothing: nginx closes them when it reloads, also those
 *     that a request is just on its way on
 */
record InFront(URI address, String inServiceFile, boolean keepAlive) {
    /** Our own, where no other is installed. */
    static final String EMBEDDED = "embedded";

    /**
     * Starts one, and returns when it can be used.
     *
     * @param kind {@code embedded}, or one of {@link Proxy#KINDS}
     * @param ports of the instances, on this machine
     */
    static InFront start(String kind, Path work, Tdeploy tdeploy, Map<String, Integer> ports) throws Exception {
        if (kind.equals(EMBEDDED)) {
            return embedded(tdeploy, ports);
        }
        Map<String, String> servers = new TreeMap<>();
        ports.forEach((instance, port) -> servers.put(instance, "127.0.0.1:" + port));
        Proxy proxy = Proxy.start(kind, work.resolve("balancer"), servers);
        return new InFront(proxy.address(), proxy.inServiceFile(), !kind.equals("nginx"));
    }

    private static InFront embedded(Tdeploy tdeploy, Map<String, Integer> ports)
            throws IOException, InterruptedException {
        // For its owner alone, and short: a socket's path has at most some hundred bytes.
        Path socket = Files.createTempDirectory("tdeploy-demo").resolve("control.sock");
        int port = Proxy.freePort();
        List<String> command = new ArrayList<>(
                List.of("load-balancer", "--listen", Integer.toString(port), "--socket", socket.toString()));
        ports.forEach(
                (instance, behind) -> command.addAll(List.of("--backend", instance + "=http://127.0.0.1:" + behind)));
        awaitFile(socket, tdeploy.start(command.toArray(String[]::new)));
        return new InFront(URI.create("http://127.0.0.1:" + port + "/"), "{embedded: \"" + socket + "\"}", true);
    }

    private static void awaitFile(Path file, Process process) throws IOException, InterruptedException {
        Instant deadline = Instant.now().plusSeconds(30);
        while (!Files.exists(file)) {
            if (process.waitFor(50, TimeUnit.MILLISECONDS) || Instant.now().isAfter(deadline)) {
                throw new IOException("The load balancer did not create " + file);
            }
        }
    }
}
