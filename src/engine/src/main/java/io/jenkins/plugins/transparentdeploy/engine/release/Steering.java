package io.jenkins.plugins.transparentdeploy.engine.release;

import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import io.jenkins.plugins.transparentdeploy.engine.strategy.Shares;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What a rollout has the load balancer do; with a load balancer only, but for {@link #idle}. */
final class Steering {
    private final ReleaseRun run;
    private final ManagedEnvironment environment;
    private final boolean goingBack;

    /** @param goingBack whether a load balancer that does not answer, or refuses, is only warned of */
    Steering(ReleaseRun run, boolean goingBack) {
        this.run = run;
        this.environment = run.environment();
        this.goingBack = goingBack;
    }

    /** The instances that get nothing now and do when they serve; none where nobody can say. */
    Set<String> idle() {
        try {
            return run.traffic().isPresent() ? run.traffic().get().idle() : Set.of();
        } catch (IOException | RefusedException e) {
            // Whoever steers the load balancer says so.
            return Set.of();
        }
    }

    /** Drains an instance, and waits until it is idle or its drain time is over. */
    void takeOut(String instance) throws IOException, InterruptedException {
        ask(traffic -> drain(instance, traffic));
    }

    private void drain(String instance, Traffic traffic) throws IOException, InterruptedException {
        if (!traffic.now().containsKey(instance)) {
            return;
        }
        traffic.divide(Map.of(instance, 0));
        Duration drain = environment.instance(instance).definition().drain();
        if (!environment.await(() -> traffic.awaitIdle(instance, drain))) {
            environment.tell(
                    ReleaseEvent.Type.WARNING,
                    instance,
                    "requests were still in flight after " + drain.toSeconds() + " s of draining",
                    Map.of());
        }
    }

    /** Gives an instance what it has when it serves. @param lent whether it serves in the place of others */
    void bringIn(String instance, boolean lent) throws IOException, InterruptedException {
        ask(traffic -> {
            Integer usual = traffic.usual().get(instance);
            if (usual != null && lent) {
                traffic.divide(Map.of(instance, traffic.most()));
            } else if (usual != null) {
                traffic.divide(Map.of(instance, usual));
            }
        });
    }

    /** Something that is asked of the load balancer. */
    @FunctionalInterface
    private interface Request {
        void by(Traffic traffic) throws IOException, InterruptedException;
    }

    private void ask(Request request) throws IOException, InterruptedException {
        try {
            request.by(run.traffic().orElseThrow());
        } catch (IOException | RefusedException e) {
            // What serves again comes first; one that refuses is as little use as one that does not answer.
            if (!goingBack) {
                throw e;
            }
            environment.tell(
                    ReleaseEvent.Type.WARNING, "going on without the load balancer: " + e.getMessage(), Map.of());
        }
    }

    /**
     * What the release goes on without gets nothing; neither does, as before, what was drained and not yet replaced: it may
     * be as it was when something failed on it.
     */
    private Map<String, Integer> usual(Traffic traffic, Set<String> ready) throws IOException {
        Map<String, Integer> weights = new LinkedHashMap<>(traffic.usual());
        Map<String, Integer> before = traffic.before();
        for (String instance : traffic.idle()) {
            if (!ready.contains(instance)) {
                weights.replace(instance, before.get(instance));
            }
        }
        run.record().leftOut().keySet().forEach(instance -> weights.replace(instance, 0));
        return weights;
    }

    /** @param ready the instances that were replaced and are ready */
    void share(List<String> instances, int percent, Set<String> ready) throws IOException {
        Traffic traffic = run.traffic().orElseThrow();
        Map<String, Integer> weights = Shares.of(usual(traffic, ready), instances, percent);
        if (weights.isEmpty()) {
            throw new IOException(String.join(", ", instances) + " cannot get " + percent
                    + " % of the requests: they, or all others, were drained by somebody else. Give them weights at the"
                    + " load balancer");
        }
        traffic.divide(weights);
        tellShares(instances, percent + " % of the requests");
    }

    /** @param ready the instances that were replaced and are ready */
    void shareAsBefore(List<String> instances, Set<String> ready) throws IOException {
        Traffic traffic = run.traffic().orElseThrow();
        traffic.divide(usual(traffic, ready));
        tellShares(instances, "requests as before");
    }

    void switchTo(List<String> instances) throws IOException {
        Traffic traffic = run.traffic().orElseThrow();
        traffic.divide(Shares.only(traffic.usual(), instances));
        tellShares(instances, "all requests");
    }

    private void tellShares(List<String> instances, String what) {
        environment.tell(
                ReleaseEvent.Type.INFO,
                String.join(", ", instances) + ": " + what,
                Map.of("instances", List.copyOf(instances), "share", what));
    }
}
