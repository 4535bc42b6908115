package io.jenkins.plugins.transparentdeploy.engine.loadbalancer.embedded;

import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.embedded.EmbeddedLoadBalancerConfig.Backend;
import java.time.Duration;

/** One request on its way through, from being given to a backend to the last byte to its client. */
final class Forwarding {
    private final BackendPool.Lease lease;
    private final long start = System.nanoTime();
    private volatile long answered;
    private volatile int status;
    private volatile boolean backendFailed;
    private volatile boolean clientFailed;

    Forwarding(BackendPool.Lease lease) {
        this.lease = lease;
    }

    Backend backend() {
        return lease.backend();
    }

    /** As {@link BackendPool.Lease#term}. */
    long term() {
        return lease.term();
    }

    void answered(int status) {
        this.status = status;
        this.answered = System.nanoTime();
    }

    /** The client is gone, or sends nonsense. What fails after that is not the backend's fault. */
    void clientFailed() {
        clientFailed = true;
    }

    void backendFailed() {
        backendFailed = !clientFailed;
        answered = System.nanoTime();
    }

    /** Nothing more will be written to the client. */
    void ended() {
        boolean failed = backendFailed || status >= 500;
        if (failed || status > 0 && !clientFailed) {
            lease.end(failed, Duration.ofNanos(answered - start));
        } else {
            lease.abandon();
        }
    }
}
