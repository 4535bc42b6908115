package io.jenkins.plugins.transparentdeploy.engine.loadbalancer.embedded;

import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.Balancing;
import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.LoadBalancer;
import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.LoadBalancerContract;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedLoadBalancerTest extends LoadBalancerContract {
    @TempDir
    Path directory;

    private EmbeddedLoadBalancerServer server;

    @Override
    protected LoadBalancer start(Map<String, URI> backends) throws Exception {
        Path socket = directory.resolve("control/socket");
        server = EmbeddedLoadBalancerServer.start(EmbeddedLoadBalancerConfig.of(
                EmbeddedLoadBalancerConfig.LOOPBACK,
                0,
                socket,
                directory.resolve("state.json"),
                Balancing.ROUND_ROBIN,
                backends));
        return new EmbeddedLoadBalancer(socket);
    }

    @Override
    protected URI address() {
        return URI.create("http://127.0.0.1:" + server.port());
    }

    @Override
    protected void stop() {
        server.close();
    }
}
