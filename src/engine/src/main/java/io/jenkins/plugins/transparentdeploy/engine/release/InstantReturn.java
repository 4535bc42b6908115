package io.jenkins.plugins.transparentdeploy.engine.release;

import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import io.jenkins.plugins.transparentdeploy.engine.service.EnvironmentDefinition;
import io.jenkins.plugins.transparentdeploy.engine.strategy.Rollout;
import io.jenkins.plugins.transparentdeploy.engine.strategy.Shares;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The way back that is one step: the slot that does not serve still has what is wanted, runs and answers. Whatever has to
 * be looked at for that is looked at by {@link #find}, so that {@link #take} has nothing to do but to switch.
 */
public final class InstantReturn {
    private final ReleaseRun run;
    private final Traffic traffic;
    private final Map<String, Integer> weights;

    private InstantReturn(ReleaseRun run, Traffic traffic, Map<String, Integer> weights) {
        this.run = run;
        this.traffic = traffic;
        this.weights = weights;
    }

    /**
     * Finds out whether there is one; changes nothing.
     *
     * @param rollback one by hand, not begun to change anything
     * @param next the definition of what comes back
     * @return empty when the slot has to be restored or started first, or the load balancer does not answer
     */
    public static Optional<InstantReturn> find(ReleaseRun rollback, EnvironmentDefinition next) throws IOException {
        if (rollback.record().slot().isEmpty() || rollback.traffic().isEmpty()) {
            return Optional.empty();
        }
        List<String> slot = rollback.serving();
        // A question about an instance that has no answer must not keep anybody from the long way.
        Rollout rollout = ResilientRollout.goingBack(
                JournaledRollout.restoring(
                        rollback,
                        ReleaseRun.manifests(
                                rollback.environment(), rollback.record().instances()),
                        next,
                        Set.of()),
                0);
        AtomicBoolean kept = new AtomicBoolean(true);
        Concurrently.ask(
                rollback.environment().atATime(),
                slot,
                instance -> kept.compareAndSet(true, kept.get() && rollout.isKept(instance)));
        if (!kept.get()) {
            return Optional.empty();
        }
        try {
            Traffic traffic = rollback.traffic().get();
            Map<String, Integer> weights = Shares.only(traffic.usual(), slot);
            return weights.values().stream().allMatch(weight -> weight == 0)
                    ? Optional.empty()
                    : Optional.of(new InstantReturn(rollback, traffic, weights));
        } catch (IOException | RefusedException e) {
            // Whoever goes the long way says so.
            return Optional.empty();
        }
    }

    /**
     * Sends all new requests to that slot, in one step that is in the journal before.
     *
     * @return false, and told, when the load balancer did not take it
     */
    public boolean take() throws IOException {
        try {
            traffic.divide(weights);
        } catch (IOException | RefusedException e) {
            run.environment()
                    .tell(
                            ReleaseEvent.Type.WARNING,
                            "requests could not be sent back at once: " + e.getMessage(),
                            Map.of());
            return false;
        }
        List<String> slot = run.serving();
        run.environment()
                .tell(
                        ReleaseEvent.Type.INFO,
                        String.join(", ", slot) + ": all requests",
                        Map.of("instances", slot, "share", "all requests"));
        return true;
    }
}
