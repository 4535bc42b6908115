package io.jenkins.plugins.transparentdeploy.engine.release;

import io.jenkins.plugins.transparentdeploy.engine.journal.JournalRecord;
import io.jenkins.plugins.transparentdeploy.engine.journal.Operation;
import io.jenkins.plugins.transparentdeploy.engine.service.EnvironmentDefinition;
import io.jenkins.plugins.transparentdeploy.engine.strategy.BlueGreen;
import io.jenkins.plugins.transparentdeploy.engine.strategy.Slot;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The slot that served before the live release did, and how long it is kept running for an instant return. What is
 * stopped can still be gone back to; it only takes the time of a start.
 */
public final class KeptSlot {
    /** How long somebody who goes back may have to wait for whoever only tidies up. */
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private final ManagedEnvironment environment;

    public KeptSlot(ManagedEnvironment environment) {
        this.environment = environment;
    }

    /**
     * When its time is over.
     *
     * @return empty when there is none, or when it is kept until the next release needs it
     */
    public static Optional<Instant> end(ReleaseHistory history, EnvironmentDefinition definition) throws IOException {
        Optional<ReleaseRecord> live =
                history.live().filter(record -> record.slot().isPresent());
        return live.isPresent() && definition.strategy() instanceof BlueGreen blueGreen
                ? blueGreen.keep().map(time -> live.get().changedAt().plus(time))
                : Optional.empty();
    }

    /**
     * Stops its instances when its time is over, it gets no requests, and those in flight are answered or its drain time is
     * over. Idempotent; a release that is not at its end is left alone, and so is the slot when somebody is about to go back.
     *
     * @return whether it is stopped now
     */
    public boolean stopWhenOver() throws IOException, InterruptedException {
        Optional<Instant> end = end(environment.history(), environment.definition());
        boolean over = end.isPresent() && !environment.clock().instant().isBefore(end.get());
        if (!over || environment.history().unfinished().isPresent()) {
            return false;
        }
        ReleaseRecord live = environment.history().live().orElseThrow();
        BlueGreen blueGreen = (BlueGreen) environment.definition().strategy();
        Slot kept = blueGreen.otherThan(live.slot().orElseThrow());
        if (getsRequests(kept)) {
            environment.tell(
                    ReleaseEvent.Type.WARNING,
                    "slot " + kept.name() + " gets requests, though it does not serve; it is not stopped",
                    Map.of());
            return false;
        }
        List<ManagedInstance> instances = Slots.instances(environment, Optional.of(kept));
        // The switch took new requests away; a long answer may be under way still.
        Concurrently.each(environment.atATime(), instances, this::awaitIdle);
        if (isWantedByOthers()) {
            return false;
        }
        environment.journal().startSegment(live.id().value());
        for (ManagedInstance instance : instances) {
            try {
                stop(instance);
            } catch (IOException e) {
                if (!instance.isRemote()) {
                    throw e;
                }
                environment.tell(
                        ReleaseEvent.Type.WARNING, instance.name(), "not stopped: " + e.getMessage(), Map.of());
            }
        }
        environment.journal().sync();
        return true;
    }

    private boolean getsRequests(Slot slot) throws IOException {
        return environment.loadBalancer().isPresent()
                && environment.loadBalancer().get().backends().stream()
                        .anyMatch(backend -> slot.instances().contains(backend.name()) && backend.weight() > 0);
    }

    private void awaitIdle(ManagedInstance instance) throws IOException, InterruptedException {
        Duration drain = instance.definition().drain();
        long end = System.nanoTime() + drain.toNanos();
        boolean idle = environment.loadBalancer().isEmpty();
        while (!idle && !isWantedByOthers()) {
            Duration left = Duration.ofNanos(Math.max(0, end - System.nanoTime()));
            idle = environment
                    .loadBalancer()
                    .get()
                    .awaitIdle(instance.name(), left.compareTo(PATIENCE) < 0 ? left : PATIENCE);
            if (!idle && left.isZero()) {
                environment.tell(
                        ReleaseEvent.Type.WARNING,
                        instance.name(),
                        "requests were still in flight after " + drain.toSeconds() + " s of draining",
                        Map.of());
                return;
            }
        }
    }

    /** Whoever goes back asks who holds the lock to give up; to go back, it is best to have this slot running. */
    private boolean isWantedByOthers() {
        return AbortRequest.findIn(environment.directory()).isPresent();
    }

    /** As the release says that runs there, which need not be described as the live one is. */
    private void stop(ManagedInstance instance) throws IOException, InterruptedException {
        DescribedProcesses processes = new DescribedProcesses(environment);
        InstanceProcess process = processes.of(processes.present(instance.name()), instance.name());
        if (process.isDefined() && process.isRunning()) {
            JournalRecord.Intent intent = environment.journal().intend(new Operation.StopInstance(instance.name()));
            process.stop();
            environment.journal().done(intent);
            environment.tell(
                    ReleaseEvent.Type.INFO, instance.name(), "stopped: its slot was kept long enough", Map.of());
        }
    }
}
