package io.jenkins.plugins.transparentdeploy.engine.release;

import io.jenkins.plugins.transparentdeploy.engine.check.CheckResult;
import io.jenkins.plugins.transparentdeploy.engine.check.ReadyCheck;
import io.jenkins.plugins.transparentdeploy.engine.journal.Journal;
import io.jenkins.plugins.transparentdeploy.engine.journal.JournalRecord;
import io.jenkins.plugins.transparentdeploy.engine.journal.Operation;
import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.BackendStatus;
import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.LoadBalancer;
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
    private final ReleaseRun run;
    private final ManagedEnvironment environment;
    private final Journal journal;
    private final Map<String, Manifest> wanted;
    private final boolean trafficIsOptional;
    private final Map<String, Integer> weights = new LinkedHashMap<>();

    private JournaledRollout(ReleaseRun run, Map<String, Manifest> wanted, boolean trafficIsOptional)
            throws IOException {
        this.run = run;
        this.environment = run.environment();
        this.journal = environment.journal();
        this.wanted = wanted;
        this.trafficIsOptional = trafficIsOptional;
        rememberWeights();
    }

    /** Deploys: without the load balancer it stops. */
    static JournaledRollout deploying(ReleaseRun run, Map<String, Manifest> wanted) throws IOException {
        return new JournaledRollout(run, wanted, false);
    }

    /** Restores: a load balancer that does not answer must not keep the good release from coming back. */
    public static JournaledRollout restoring(ReleaseRun run, Map<String, Manifest> wanted) throws IOException {
        return new JournaledRollout(run, wanted, true);
    }

    /** The weights from before this release first shifted traffic: a process that died may have drained since. */
    private void rememberWeights() throws IOException {
        for (JournalRecord entry : journal.records(run.id().value())) {
            if (entry instanceof JournalRecord.Intent intent
                    && intent.operation() instanceof Operation.ShiftTraffic shift
                    && shift.weightBefore() > 0) {
                weights.putIfAbsent(shift.instance(), shift.weightBefore());
            }
        }
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
        LoadBalancer balancer = environment.loadBalancer().get();
        begin(instance, "drain");
        OptionalInt before = weight(instance);
        if (before.isEmpty()) {
            return;
        }
        // What somebody else drained stays drained: it comes back with the weight that it had.
        weights.putIfAbsent(instance, before.getAsInt());
        if (before.getAsInt() > 0) {
            shift(instance, before.getAsInt(), 0);
        }
        Duration drain = environment.instance(instance).definition().drain();
        if (!balancer.awaitIdle(instance, drain)) {
            environment.tell(
                    ReleaseEvent.Type.WARNING,
                    instance,
                    "requests were still in flight after " + drain.toSeconds() + " s of draining",
                    Map.of());
        }
        end(instance, "drain");
    }

    /** Going back to before the first release leaves nothing that could be started. */
    private boolean willServe(String instance) {
        return !wanted.get(instance).isEmpty();
    }

    @Override
    public void stop(String instance) throws IOException, InterruptedException {
        InstanceProcess process = environment.instance(instance).process();
        if (process.isDefined()) {
            begin(instance, "stop");
            JournalRecord.Intent intent = journal.intend(new Operation.StopInstance(instance));
            process.stop();
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
        InstanceProcess process = environment.instance(instance).process();
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
        ManagedInstance managed = environment.instance(instance);
        InstanceProcess process = managed.process();
        if (!willServe(instance)) {
            return;
        }
        if (managed.definition().ready().isEmpty()) {
            if (!process.isRunning()) {
                throw ended(instance, process);
            }
            return;
        }
        begin(instance, "ready");
        ReadyDefinition ready = managed.definition().ready().get();
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
        OptionalInt now = weight(instance);
        Integer before = weights.get(instance);
        if (before != null && now.isPresent() && now.getAsInt() != before) {
            shift(instance, now.getAsInt(), before);
        }
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

    private OptionalInt weight(String instance) throws IOException {
        try {
            return environment.loadBalancer().orElseThrow().backends().stream()
                    .filter(backend -> backend.name().equals(instance))
                    .mapToInt(BackendStatus::weight)
                    .findFirst();
        } catch (IOException e) {
            if (!trafficIsOptional) {
                throw e;
            }
            environment.tell(
                    ReleaseEvent.Type.WARNING,
                    instance,
                    "going on without the load balancer: " + e.getMessage(),
                    Map.of());
            return OptionalInt.empty();
        }
    }

    private void shift(String instance, int before, int after) throws IOException {
        JournalRecord.Intent intent = journal.intend(new Operation.ShiftTraffic(instance, before, after));
        environment.loadBalancer().orElseThrow().setWeight(instance, after);
        journal.done(intent);
    }

    private void begin(String instance, String act) {
        environment.tell(ReleaseEvent.Type.ACT, instance, act, Map.of("act", act, "done", false));
    }

    private void end(String instance, String act) {
        environment.tell(ReleaseEvent.Type.ACT, instance, act + " done", Map.of("act", act, "done", true));
    }
}
