package io.jenkins.plugins.transparentdeploy.engine.loadbalancer.haproxy;

import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.Balancing;
import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.BalancingContract;
import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.LoadBalancer;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;

class HaProxyBalancingTest extends BalancingContract {
    @TempDir
    Path directory;

    private HaProxyFixture haProxy;

    @Override
    protected LoadBalancer start(Map<String, URI> backends, Balancing balancing) throws Exception {
        haProxy = new HaProxyFixture(directory, backends, "admin", false, balancing);
        haProxy.start();
        return new HaProxy(haProxy.settings(), Clock.systemUTC());
    }

    @Override
    protected URI address() {
        return haProxy.address();
    }

    @Override
    protected void stop() throws Exception {
        if (haProxy != null) {
            haProxy.server().stop();
        }
    }
}
