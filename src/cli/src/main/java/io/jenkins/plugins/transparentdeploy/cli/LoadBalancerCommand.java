package io.jenkins.plugins.transparentdeploy.cli;

import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.Balancing;
import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.embedded.EmbeddedLoadBalancerConfig;
import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.embedded.EmbeddedLoadBalancerServer;
import java.net.URI;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code tdeploy load-balancer}. */
@Command(
        name = "load-balancer",
        mixinStandardHelpOptions = true,
        description = {
            "Run the embedded load balancer until it is ended. For trying things out, and for services that need no more.",
            "Service files name its control socket: 'loadBalancer: {embedded: PATH}'. nginx and HAProxy are steered where they"
                    + " run: see 'tdeploy load-balancer-config'."
        })
final class LoadBalancerCommand implements Callable<Integer> {
    @Spec
    CommandSpec spec;

    @Option(
            names = "--listen",
            paramLabel = "[HOST:]PORT",
            required = true,
            description = "Where requests come in. The host is 127.0.0.1 unless given.")
    String listen;

    @Option(names = "--socket", paramLabel = "PATH", required = true, description = "The control socket to create.")
    Path socket;

    @Option(
            names = "--backend",
            paramLabel = "NAME=URL",
            required = true,
            description = "An instance and where it listens. Repeatable.")
    Map<String, URI> backends = new LinkedHashMap<>();

    @Option(
            names = "--balancing",
            defaultValue = "ROUND_ROBIN",
            description = "One of: ${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}")
    Balancing balancing;

    @Override
    public Integer call() throws Exception {
        int colon = listen.lastIndexOf(':');
        String host = colon < 0 ? "127.0.0.1" : listen.substring(0, colon);
        int port = Integer.parseInt(listen.substring(colon + 1));
        EmbeddedLoadBalancerConfig config = EmbeddedLoadBalancerConfig.of(
                host,
                port,
                socket.toAbsolutePath(),
                socket.toAbsolutePath().resolveSibling(socket.getFileName() + ".state"),
                balancing,
                backends);
        EmbeddedLoadBalancerServer server = EmbeddedLoadBalancerServer.start(config);
        Runtime.getRuntime().addShutdownHook(new Thread(server::close, "shutdown"));
        spec.commandLine().getOut().println("Listening on " + host + ":" + server.port());
        spec.commandLine().getOut().flush();
        new CountDownLatch(1).await();
        return 0;
    }
}
