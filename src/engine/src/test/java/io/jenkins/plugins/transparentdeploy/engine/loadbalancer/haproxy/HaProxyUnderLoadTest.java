package io.jenkins.plugins.transparentdeploy.engine.loadbalancer.haproxy;

import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.LoadBalancer;
import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.UnderLoadContract;
import java.net.URI;
import java.time.Clock;
import java.util.Map;

class HaProxyUnderLoadTest extends UnderLoadContract {
    private HaProxyFixture fixture;

    @Override
    protected LoadBalancer startBalancer(Map<String, URI> backends) throws Exception {
        fixture = new HaProxyFixture(directory, backends, "admin");
        fixture.start();
        return new HaProxy(fixture.settings(), Clock.systemUTC());
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
