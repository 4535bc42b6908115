package io.jenkins.plugins.transparentdeploy.engine.loadbalancer.embedded;

import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.Balancing;
import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.LoadBalancer;
import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.UnderLoadContract;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;

class EmbeddedUnderLoadTest extends UnderLoadContract {
    private EmbeddedLoadBalancerServer server;

    @Override
    protected LoadBalancer startBalancer(Map<String, URI> backends) throws Exception {
        Path socket = directory.resolve("control/socket");
        server = EmbeddedLoadBalancerServer.start(EmbeddedLoadBalancerConfig.of(
                EmbeddedLoadBalancerConfig.LOOPBACK,
                0,
                socket,
                directory.resolve("weights.json"),
                Balancing.LEAST_CONNECTIONS,
                backends));
        return new EmbeddedLoadBalancer(socket);
    }

    @Override
    protected URI address() {
        return URI.create("http://127.0.0.1:" + server.port() + "/");
    }

    @Override
    protected void stopBalancer() {
        server.close();
    }
}
