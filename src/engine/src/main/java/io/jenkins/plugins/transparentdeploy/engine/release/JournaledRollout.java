package io.jenkins.plugins.transparentdeploy.engine.release;

import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import io.jenkins.plugins.transparentdeploy.engine.check.CheckResult;
import io.jenkins.plugins.transparentdeploy.engine.check.ReadyCheck;
import io.jenkins.plugins.transparentdeploy.engine.journal.Journal;
import io.jenkins.plugins.transparentdeploy.engine.journal.JournalRecord;
import io.jenkins.plugins.transparentdeploy.engine.journal.Operation;
import io.jenkins.plugins.transparentdeploy.engine.journal.Segment;
import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.BackendStatus;
import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.LoadBalancer;
import io.jenkins.plugins.transparentdeploy.engine.service.EnvironmentDefinition;
import io.jenkins.plugins.transparentdeploy.engine.service.InstanceDefinition;
import io.jenkins.plugins.transparentdeploy.engine.service.ReadyDefinition;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.Manifest;
import io.jenkins.plugins.transparentdeploy.engine.strategy.NotReadyException;
import io.jenkins.plugins.transparentdeploy.engine.strategy.Rollout;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;

/**
 * A rollout whose every act is in the journal before it is done. What "put" means is a manifest for each instance: the
 * new release's, or that of the state to go back to.
 */
public final class JournaledRollout implements Rollout {
    /** How long a process that nobody says how to ask must run to count as started. */
    private static final Duration SETTLE = Duration.ofMillis(500);

    private final ReleaseRun run;
    private final ManagedEnvironment environment;
    private final Journal journal;
    private final Map<String, Manifest> wanted;
    private final EnvironmentDefinition running;
    private final EnvironmentDefinition next;
    private final boolean trafficIsOptional;
    private final Map<String, Integer> weights = new LinkedHashMap<>();

    private JournaledRollout(
            ReleaseRun run,
            Map<String, Manifest> wanted,
            EnvironmentDefinition running,
            EnvironmentDefinition next,
            boolean trafficIsOptional)
            throws IOException {
        this.run = run;
        this.environment = run.environment();
        this.journal = environment.journal();
        this.wanted = wanted;
        this.running = running;
        this.next = next;
        this.trafficIsOptional = trafficIsOptional;
        rememberDrained();
    }

    /** Deploys: what runs is stopped as its own release says. Without the load balancer it does not go on. */
    static JournaledRollout deploying(ReleaseRun run, Map<String, Manifest> wanted) throws IOException {
        ManagedEnvironment environment = run.environment();
        Optional<ReleaseRecord> live = environment.history().live();
        return new JournaledRollout(
                run,
                wanted,
                live.isPresent()
                        ? environment.definitionOf(environment.history().content(live.get()))
                        : environment.definition(),
                environment.definition(),
                false);
    }

    /**
     * Restores: what comes back is started and asked as its own release says. A load balancer that does not answer must
     * not keep it from coming back.
     *
     * @param next the definition of what comes back
     */
    public static JournaledRollout restoring(ReleaseRun run, Map<String, Manifest> wanted, EnvironmentDefinition next)
            throws IOException {
        return new JournaledRollout(run, wanted, run.environment().definition(), next, true);
    }

    /** The weights of backends that a release drained and did not bring in again: its process died, or it failed. */
    private void rememberDrained() throws IOException {
        List<String> releases =
                journal.segments().stream().map(Segment::releaseId).distinct().toList();
        for (String release : releases) {
            for (JournalRecord entry : journal.records(release)) {
                if (entry instanceof JournalRecord.Intent intent
                        && intent.operation() instanceof Operation.ShiftTraffic shift) {
                    if (shift.weightAfter() == 0) {
                        weights.put(shift.instance(), shift.weightBefore());
                    } else {
                        weights.remove(shift.instance());
                    }
                }
            }
        }
    }

    private InstanceProcess process(EnvironmentDefinition definition, String instance) {
        InstanceProcess process = environment.instance(instance).process();
        return definition(definition, instance)
                .map(found -> process.as(found.process()))
                .orElse(process);
    }

    private static Optional<InstanceDefinition> definition(EnvironmentDefinition definition, String instance) {
        return definition.instances().stream()
                .filter(found -> found.name().equals(instance))
                .findFirst();
    }

    @Override
    public List<String> instances() {
        return List.copyOf(wanted.keySet());
    }

    @Override
    public void takeOut(String instance) throws IOException, InterruptedException {
        if (environment.loadBalancer().isEmpty()) {
            return;
        }
        begin(instance, "drain");
        withBalancer(instance, balancer -> drain(instance, balancer));
        end(instance, "drain");
    }

    private void drain(String instance, LoadBalancer balancer) throws IOException, InterruptedException {
        OptionalInt before = weight(instance, balancer);
        if (before.isEmpty()) {
            return;
        }
        // What somebody else drained stays drained: it comes back with the weight that it had.
        weights.putIfAbsent(instance, before.getAsInt());
        if (before.getAsInt() > 0) {
            shift(instance, balancer, before.getAsInt(), 0);
        }
        Duration drain = environment.instance(instance).definition().drain();
        if (!environment.await(() -> balancer.awaitIdle(instance, drain))) {
            environment.tell(
                    ReleaseEvent.Type.WARNING,
                    instance,
                    "requests were still in flight after " + drain.toSeconds() + " s of draining",
                    Map.of());
        }
    }

    /** Something that is asked of the load balancer. */
    @FunctionalInterface
    private interface Traffic {
        void with(LoadBalancer balancer) throws IOException, InterruptedException;
    }

    private void withBalancer(String instance, Traffic traffic) throws IOException, InterruptedException {
        try {
            traffic.with(environment.loadBalancer().orElseThrow());
        } catch (IOException e) {
            if (!trafficIsOptional) {
                throw e;
            }
            environment.tell(
                    ReleaseEvent.Type.WARNING,
                    instance,
                    "going on without the load balancer: " + e.getMessage(),
                    Map.of());
        }
    }

    /** Going back to before the first release leaves nothing that could be started. */
    private boolean willServe(String instance) {
        return !wanted.get(instance).isEmpty();
    }

    @Override
    public void stop(String instance) throws IOException, InterruptedException {
        InstanceProcess process = process(running, instance);
        if (process.isDefined()) {
            begin(instance, "stop");
            JournalRecord.Intent intent = journal.intend(new Operation.StopInstance(instance));
            try {
                process.stop();
            } catch (IOException | RefusedException e) {
                // A stop command fails when nothing runs, or is not there before the first release. If something still
                // runs, the start and the ready check will tell.
                environment.tell(
                        ReleaseEvent.Type.WARNING, instance, "not stopped in order: " + e.getMessage(), Map.of());
            }
            journal.done(intent);
            end(instance, "stop");
        }
    }

    @Override
    public void put(String instance) throws IOException, InterruptedException {
        begin(instance, "put");
        environment
                .instance(instance)
                .target()
                .apply(instance, wanted.get(instance), run.id().value(), journal);
        end(instance, "put");
    }

    @Override
    public void start(String instance) throws IOException, InterruptedException {
        InstanceProcess process = process(next, instance);
        if (process.isDefined() && willServe(instance)) {
            begin(instance, "start");
            JournalRecord.Intent intent = journal.intend(new Operation.StartInstance(instance));
            process.start();
            journal.done(intent);
            end(instance, "start");
        }
    }

    @Override
    public void awaitReady(String instance) throws IOException, InterruptedException {
        if (!willServe(instance)) {
            return;
        }
        InstanceProcess process = process(next, instance);
        Optional<ReadyDefinition> definition = definition(next, instance).flatMap(InstanceDefinition::ready);
        if (definition.isEmpty()) {
            settle(instance, process);
            return;
        }
        ReadyDefinition ready = definition.get();
        begin(instance, "ready");
        ReadyCheck readyCheck = new ReadyCheck(ready.check(), ready.successes(), ready.timeout());
        CheckResult result = environment.await(() -> readyCheck.await(
                environment.host(),
                environment.clock(),
                () -> process.isRunning() ? Optional.empty() : Optional.of("its process ended")));
        if (!result.passed()) {
            if (!process.isRunning()) {
                throw ended(instance, process);
            }
            throw new NotReadyException("Instance '" + instance + "' was not ready after "
                    + ready.timeout().toSeconds() + " s: " + result.detail() + lastOutput(process));
        }
        end(instance, "ready");
    }

    /** Nobody says how to ask it, so all that can be seen is that it does not end at once. */
    private void settle(String instance, InstanceProcess process) throws IOException, InterruptedException {
        if (process.isObservable()) {
            environment.await(() -> {
                TimeUnit.NANOSECONDS.sleep(SETTLE.toNanos());
                return null;
            });
        }
        if (!process.isRunning()) {
            throw ended(instance, process);
        }
    }

    private static NotReadyException ended(String instance, InstanceProcess process) {
        return new NotReadyException("The process of instance '" + instance + "' ended" + lastOutput(process));
    }

    private static String lastOutput(InstanceProcess process) {
        String output = process.lastOutput();
        return output.isEmpty() ? "" : "; it said last:\n" + output;
    }

    @Override
    public void bringIn(String instance) throws IOException, InterruptedException {
        if (environment.loadBalancer().isEmpty()) {
            return;
        }
        begin(instance, "bring in");
        withBalancer(instance, balancer -> {
            OptionalInt now = weight(instance, balancer);
            Integer before = weights.get(instance);
            if (before != null && now.isPresent() && now.getAsInt() != before) {
                shift(instance, balancer, now.getAsInt(), before);
            }
        });
        end(instance, "bring in");
    }

    @Override
    public void pause(Duration duration) throws IOException, InterruptedException {
        if (!duration.isZero()) {
            environment.tell(ReleaseEvent.Type.INFO, "pausing for " + duration.toSeconds() + " s", Map.of());
            environment.await(() -> {
                TimeUnit.NANOSECONDS.sleep(duration.toNanos());
                return null;
            });
        }
    }

    private static OptionalInt weight(String instance, LoadBalancer balancer) throws IOException {
        return balancer.backends().stream()
                .filter(backend -> backend.name().equals(instance))
                .mapToInt(BackendStatus::weight)
                .findFirst();
    }

    private void shift(String instance, LoadBalancer balancer, int before, int after) throws IOException {
        JournalRecord.Intent intent = journal.intend(new Operation.ShiftTraffic(instance, before, after));
        balancer.setWeight(instance, after);
        journal.done(intent);
    }

    private void begin(String instance, String act) {
        environment.tell(ReleaseEvent.Type.ACT, instance, act, Map.of("act", act, "done", false));
    }

    private void end(String instance, String act) {
        environment.tell(ReleaseEvent.Type.ACT, instance, act + " done", Map.of("act", act, "done", true));
    }
}
