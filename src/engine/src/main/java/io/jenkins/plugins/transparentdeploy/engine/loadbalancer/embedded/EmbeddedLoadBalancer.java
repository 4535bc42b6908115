package io.jenkins.plugins.transparentdeploy.engine.loadbalancer.embedded;

import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.BackendStatus;
import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.Capability;
import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.LoadBalancer;
import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.TimedConnection;
import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.TrafficStatistics;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Steers an {@link EmbeddedLoadBalancerServer} that runs in another process. Holds no connection in between. */
public final class EmbeddedLoadBalancer implements LoadBalancer {
    /** The kind's name in the service file. */
    public static final String KIND = "embedded";

    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final ControlClient client;

    /** @param controlSocket the server's; it need not be there yet */
    public EmbeddedLoadBalancer(Path controlSocket) {
        this.client = new ControlClient(controlSocket);
    }

    @Override
    public String kind() {
        return KIND;
    }

    @Override
    public Set<Capability> capabilities() {
        return EnumSet.allOf(Capability.class);
    }

    @Override
    public List<String> check() throws IOException {
        backends();
        return List.of();
    }

    @Override
    public List<BackendStatus> backends() throws IOException {
        return ask(new ControlRequest.Backends(), ControlResponse.Backends.class, TIMEOUT)
                .backends();
    }

    @Override
    public void setWeights(Map<String, Integer> weights) throws IOException {
        ask(new ControlRequest.SetWeights(weights), ControlResponse.Done.class, TIMEOUT);
    }

    /** Understood by load balancers that were started before {@link #setWeights} was there. */
    @Override
    public void setWeight(String backend, int weight) throws IOException {
        ask(new ControlRequest.SetWeight(backend, weight), ControlResponse.Done.class, TIMEOUT);
    }

    @Override
    public boolean awaitIdle(String backend, Duration timeout) throws IOException, InterruptedException {
        try {
            return ask(
                            new ControlRequest.AwaitIdle(backend, timeout),
                            ControlResponse.Idle.class,
                            timeout.plus(TIMEOUT))
                    .idle();
        } catch (InterruptedIOException e) {
            throw TimedConnection.interruption(e);
        }
    }

    @Override
    public TrafficStatistics statistics() throws IOException {
        return ask(new ControlRequest.Statistics(), ControlResponse.Statistics.class, TIMEOUT)
                .statistics();
    }

    private <T extends ControlResponse> T ask(ControlRequest request, Class<T> expected, Duration timeout)
            throws IOException {
        ControlResponse response = client.ask(request, timeout);
        if (response instanceof ControlResponse.Refused refused) {
            throw new RefusedException(refused.problem(), refused.cure());
        } else if (response instanceof ControlResponse.Failed failed) {
            throw new IOException("The load balancer could not do it: " + failed.reason());
        } else if (!expected.isInstance(response)) {
            throw new IOException("The load balancer gave an answer to another question: " + response);
        }
        return expected.cast(response);
    }
}
