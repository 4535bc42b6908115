package io.jenkins.plugins.transparentdeploy.engine.loadbalancer.nginx;

import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.Balancing;
import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.BalancingContract;
import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.LoadBalancer;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;

class NginxBalancingTest extends BalancingContract {
    @TempDir
    Path directory;

    private NginxFixture nginx;

    @Override
    protected LoadBalancer start(Map<String, URI> backends, Balancing balancing) throws Exception {
        nginx = new NginxFixture(directory, backends, balancing);
        nginx.start();
        return nginx.connect();
    }

    @Override
    protected URI address() {
        return nginx.address();
    }

    @Override
    protected void stop() throws Exception {
        if (nginx != null) {
            nginx.server().stop();
        }
    }
}
