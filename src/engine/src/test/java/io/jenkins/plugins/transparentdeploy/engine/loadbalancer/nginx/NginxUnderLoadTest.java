package io.jenkins.plugins.transparentdeploy.engine.loadbalancer.nginx;

import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.LoadBalancer;
import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.UnderLoadContract;
import java.net.URI;
import java.util.Map;

class NginxUnderLoadTest extends UnderLoadContract {
    private NginxFixture fixture;

    @Override
    protected LoadBalancer startBalancer(Map<String, URI> backends) throws Exception {
        fixture = new NginxFixture(directory, backends);
        fixture.start();
        return fixture.connect();
    }

    @Override
    protected URI address() {
        return fixture.address().resolve("/");
    }

    @Override
    protected void stopBalancer() throws Exception {
        if (fixture != null) {
            fixture.server().stop();
        }
    }
}
