package io.jenkins.plugins.transparentdeploy.engine.release;

import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import io.jenkins.plugins.transparentdeploy.engine.check.Ticker;
import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.BackendStatus;
import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.LoadBalancer;
import io.jenkins.plugins.transparentdeploy.engine.scaling.LoadMeter;
import io.jenkins.plugins.transparentdeploy.engine.scaling.ScalingRule;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;

/**
 * Follows a scaling rule: looks at the load, says how many instances there are to be, and parks or brings back the last
 * ones. What is wanted is on disk first, and what is done is compared with it, so that after a crash the next one, or the
 * next deployment, brings it about.
 */
public final class Scaling {
    private final ManagedEnvironment environment;

    public Scaling(ManagedEnvironment environment) {
        this.environment = environment;
    }

    /**
     * Looks once, and acts.
     *
     * @return what was decided, and by now is so
     * @throws RefusedException when there is no rule, nothing is live, a release is not finished, or the last rollback failed
     */
    public ScalingRule.Decision once() throws IOException, InterruptedException {
        ScalingRule rule = environment
                .definition()
                .scaling()
                .orElseThrow(() -> new RefusedException(
                        environment.name() + " has no scaling rule", "Add 'scaling:' to the service file"));
        ReleaseRun live = live();
        LoadBalancer balancer = environment.loadBalancer().orElseThrow();
        require(rule, balancer);
        ScalingState state = ScalingState.read(environment.directory());
        OptionalDouble load =
                environment.await(() -> new LoadMeter(balancer::statistics, Ticker.startingAt(environment.clock()))
                        .measure(rule.load(), rule.window()));
        Optional<Duration> since = state.changedAt()
                .map(at -> Duration.between(at, environment.clock().instant()));
        ScalingRule.Decision decision = rule.decide(load, active().size(), since);
        if (decision.changes()) {
            want(state, decision.desired(), environment.clock().instant());
            String message = "scaling from " + decision.active() + " to " + decision.desired() + " instances: "
                    + decision.reason();
            environment.journal().note(message);
            environment.tell(ReleaseEvent.Type.INFO, message, Map.of("desired", decision.desired()));
        }
        converge(live, decision.desired());
        return decision;
    }

    private ReleaseRun live() throws IOException {
        Optional<ReleaseRecord> unfinished = environment.history().unfinished();
        if (unfinished.isPresent()) {
            throw new RefusedException(
                    "Release " + unfinished.get().id() + " of " + environment.name() + " is not finished",
                    "Wait for it, or end it with 'tdeploy recover'");
        }
        if (environment.history().broken().isPresent()) {
            throw new RefusedException(
                    "The last rollback of " + environment.name() + " failed, so nobody knows what its instances have",
                    "Run 'tdeploy rollback' again: it goes on to what that was to bring back");
        }
        Optional<ReleaseRecord> live = environment.history().live();
        return ReleaseRun.resume(
                environment,
                live.orElseThrow(() -> new RefusedException(
                        "Nothing is live in " + environment.name() + ", so there is nothing to scale",
                        "Release something first")));
    }

    private static void require(ScalingRule rule, LoadBalancer balancer) {
        if (!balancer.capabilities().containsAll(rule.load().needs())) {
            throw new RefusedException(
                    "The scaling rule needs " + rule.load().needs() + ", which the load balancer '" + balancer.kind()
                            + "' does not have as it is configured",
                    "Scale by something else, such as 'prometheus:'");
        }
    }

    private List<String> active() throws IOException {
        Set<String> parked = environment.parked();
        return names().stream().filter(name -> !parked.contains(name)).toList();
    }

    private List<String> names() {
        return environment.instances().stream().map(ManagedInstance::name).toList();
    }

    /** The first ones of the service file run, the last ones are parked; what could not be started comes after all others. */
    private void want(ScalingState state, int desired, Instant at) throws IOException {
        List<String> candidates = new ArrayList<>(active());
        candidates.addAll(names());
        candidates.removeAll(state.failed());
        candidates.addAll(names());
        List<String> active = candidates.stream().distinct().limit(desired).toList();
        List<String> parked =
                names().stream().filter(name -> !active.contains(name)).toList();
        state.withParked(parked, at).write(environment.directory());
    }

    /**
     * Brings about what is wanted, whatever there is. First what is to serve, then what is not. In the place of one that cannot be
     * started another one is, if there is any.
     */
    private void converge(ReleaseRun live, int desired) throws IOException, InterruptedException {
        JournaledRollout rollout = JournaledRollout.scaling(
                live, ReleaseRun.manifests(environment, live.record().instances()));
        List<IOException> failures = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        for (Optional<String> next = next(seen); next.isPresent(); next = next(seen)) {
            try {
                serve(live, rollout, next.get());
            } catch (IOException e) {
                failures.add(e);
                ScalingState state = ScalingState.read(environment.directory());
                want(state, desired, state.changedAt().orElseGet(environment.clock()::instant));
            }
        }
        for (String name : environment.parked()) {
            park(rollout, name);
        }
        if (!failures.isEmpty()) {
            IOException first = failures.get(0);
            failures.stream().skip(1).forEach(first::addSuppressed);
            throw first;
        }
    }

    private Optional<String> next(Set<String> seen) throws IOException {
        return active().stream().filter(seen::add).findFirst();
    }

    private void serve(ReleaseRun live, JournaledRollout rollout, String name)
            throws IOException, InterruptedException {
        if (serves(name)) {
            seenServing(name);
        } else if (!live.record().leftOut().containsKey(name)) {
            serveAgain(rollout, name);
        }
    }

    private void seenServing(String name) throws IOException {
        ScalingState state = ScalingState.read(environment.directory());
        if (state.comingBack().contains(name) || state.failed().contains(name)) {
            state.withServing(name).write(environment.directory());
        }
    }

    /** What runs and gets nothing was drained by somebody, who has a reason; unless that is as far as a dead one came. */
    private void serveAgain(JournaledRollout rollout, String name) throws IOException, InterruptedException {
        boolean drained =
                !ScalingState.read(environment.directory()).comingBack().contains(name)
                        && environment.instance(name).process().isRunning();
        if (drained) {
            environment.tell(
                    ReleaseEvent.Type.WARNING,
                    name,
                    "runs and gets no requests, for somebody drained it: left as it is. Give it its weight at the load"
                            + " balancer when it is to serve",
                    Map.of());
        } else {
            start(rollout, name);
        }
    }

    private void park(JournaledRollout rollout, String name) throws IOException, InterruptedException {
        try {
            if (gets(name) || isSeenRunning(name)) {
                rollout.takeOut(name);
                rollout.stop(name);
            }
        } catch (IOException e) {
            if (!environment.instance(name).isRemote()) {
                throw e;
            }
            // Its host is out of reach, and whoever scales next sees to it.
            environment.tell(ReleaseEvent.Type.WARNING, name, "not parked: " + e.getMessage(), Map.of());
        }
    }

    private void start(JournaledRollout rollout, String name) throws IOException, InterruptedException {
        try {
            rollout.start(name);
            rollout.awaitReady(name);
            rollout.bringIn(name);
            seenServing(name);
        } catch (IOException e) {
            // It was not in service, and must not be half in service either.
            ScalingState.read(environment.directory()).withFailed(name).write(environment.directory());
            tidyUp(() -> rollout.takeOut(name), e);
            tidyUp(() -> rollout.stop(name), e);
            throw e;
        }
    }

    private interface Act {
        void run() throws IOException, InterruptedException;
    }

    private static void tidyUp(Act act, IOException after) throws InterruptedException {
        try {
            act.run();
        } catch (IOException | RefusedException e) {
            after.addSuppressed(e);
        }
    }

    private boolean serves(String name) throws IOException {
        return gets(name) && environment.instance(name).process().isRunning();
    }

    /** Whether requests come to it. */
    private boolean gets(String name) throws IOException {
        return environment.loadBalancer().orElseThrow().backends().stream()
                .filter(backend -> backend.name().equals(name))
                .mapToInt(BackendStatus::weight)
                .anyMatch(weight -> weight > 0);
    }

    /** Of what is started and stopped by commands, nobody can see whether it runs. */
    private boolean isSeenRunning(String name) throws IOException {
        InstanceProcess process = environment.instance(name).process();
        return process.isObservable() && process.isRunning();
    }

    /**
     * One instance more for a release that is short of its objective, if there is a rule and it allows one.
     *
     * @return what was done, as a sentence; empty when nothing could be
     */
    Optional<String> oneMore(ReleaseRun run) throws IOException, InterruptedException {
        Optional<ScalingRule> rule = environment.definition().scaling();
        if (rule.isEmpty()
                || environment.parked().isEmpty()
                || active().size() >= rule.get().max()) {
            return Optional.empty();
        }
        List<String> before = active();
        want(
                ScalingState.read(environment.directory()),
                before.size() + 1,
                environment.clock().instant());
        String name = active().stream()
                .filter(each -> !before.contains(each))
                .findFirst()
                .orElseThrow();
        environment.journal().note("one instance more, " + name + ", for a release that is held");
        JournaledRollout rollout = JournaledRollout.deploying(
                run, ReleaseRun.manifests(environment, run.record().instances()));
        try {
            start(rollout, name);
            return Optional.of("the instance " + name + " was started as well");
        } catch (IOException e) {
            environment.tell(ReleaseEvent.Type.WARNING, name, "not started: " + e.getMessage(), Map.of());
            return Optional.of("the instance " + name + " was to be started as well, but: " + e.getMessage());
        }
    }
}
