package io.jenkins.plugins.transparentdeploy.engine.loadbalancer.nginx;

import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.LoadBalancer;
import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.LoadBalancerContract;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;

class NginxTest extends LoadBalancerContract {
    @TempDir
    Path directory;

    private NginxFixture nginx;

    @Override
    protected LoadBalancer start(Map<String, URI> backends) throws Exception {
        if (nginx == null) {
            nginx = new NginxFixture(directory, backends);
        }
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
