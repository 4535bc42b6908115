package io.jenkins.plugins.transparentdeploy.cli;

import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.Balancing;
import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.embedded.EmbeddedLoadBalancerConfig;
import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.embedded.EmbeddedLoadBalancerServer;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

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
            converter = {AsItIs.class, Url.class},
            description = "An instance and where it listens. Repeatable.")
    Map<String, URI> backends = new LinkedHashMap<>();

    @Option(
            names = "--balancing",
            paramLabel = "NAME",
            defaultValue = "round-robin",
            description = "One of: ${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}")
    Balancing balancing;

    @Override
    public Integer call() throws Exception {
        int colon = listen.lastIndexOf(':');
        String host = colon < 0 ? "127.0.0.1" : listen.substring(0, colon);
        int port = port(listen.substring(colon + 1));
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

    private int port(String text) {
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException e) {
            throw new RefusedException(
                    "--listen '" + listen + "' has no port", "Write it like 8080 or 0.0.0.0:8080", e);
        }
    }

    /** The name of an instance. */
    static final class AsItIs implements ITypeConverter<String> {
        @Override
        public String convert(String value) {
            return value;
        }
    }

    /** Says what is wrong without naming a class. */
    static final class Url implements ITypeConverter<URI> {
        @Override
        public URI convert(String value) {
            try {
                return new URI(value);
            } catch (URISyntaxException e) {
                throw new TypeConversionException("'" + value + "' is not a URL; write it like http://127.0.0.1:8081");
            }
        }
    }
}
