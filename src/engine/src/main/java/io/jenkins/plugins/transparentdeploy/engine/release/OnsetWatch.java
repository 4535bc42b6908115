package io.jenkins.plugins.transparentdeploy.engine.release;

import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import io.jenkins.plugins.transparentdeploy.engine.analysis.Onset;
import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.Capability;
import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.LoadBalancer;
import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.TrafficStatistics;
import io.jenkins.plugins.transparentdeploy.engine.service.AnalysisDefinition;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Reads what the load balancer counts from the first moment that an instance has the new release, for as long as nobody
 * judges it: between two steps, in a pause, while a smoke test runs.
 */
final class OnsetWatch implements AutoCloseable {
    private final LoadBalancer balancer;
    private final Clock clock;
    private final Onset onset;
    private final ScheduledExecutorService scheduler = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "onset-watch");
        thread.setDaemon(true);
        return thread;
    });
    private final Set<String> fresh = new HashSet<>();
    private Set<String> watched = Set.of();
    private Optional<TrafficStatistics> previous = Optional.empty();
    private Instant since;

    private OnsetWatch(LoadBalancer balancer, Clock clock, Onset onset, Duration interval) {
        this.balancer = balancer;
        this.clock = clock;
        this.onset = onset;
        this.since = clock.instant();
        scheduler.scheduleWithFixedDelay(this::look, 0, interval.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Begins; empty when no analysis is configured that judges by traffic. */
    static Optional<OnsetWatch> begin(ManagedEnvironment environment) {
        Optional<LoadBalancer> counting = environment.loadBalancer().filter(balancer -> balancer.capabilities()
                .contains(Capability.STATISTICS));
        Optional<AnalysisDefinition> analysis = environment.definition().analysis();
        if (counting.isEmpty() || analysis.isEmpty()) {
            return Optional.empty();
        }
        Onset onset = new Onset(analysis.get().spec());
        return onset.canTell()
                ? Optional.of(new OnsetWatch(
                        counting.get(),
                        environment.clock(),
                        onset,
                        analysis.get().spec().interval()))
                : Optional.empty();
    }

    /** From now on this instance answers with the new release. */
    synchronized void has(String instance) {
        fresh.add(instance);
    }

    private synchronized void look() {
        try {
            TrafficStatistics now = balancer.statistics();
            Instant at = clock.instant();
            if (previous.isPresent() && !watched.isEmpty()) {
                onset.seen(since, now.minus(previous.get()), watched);
            }
            previous = Optional.of(now);
            watched = Set.copyOf(fresh);
            since = at;
        } catch (IOException | RefusedException e) {
            // It is only a hint; whoever steers the load balancer hears of its trouble.
            previous = Optional.empty();
        }
    }

    /** Since when the release has been answering badly, up to now. */
    synchronized Optional<Instant> badSince() {
        look();
        return onset.since();
    }

    @Override
    public void close() {
        scheduler.shutdownNow();
    }
}
