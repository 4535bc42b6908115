package io.jenkins.plugins.transparentdeploy.engine.release;

import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * The first act of going back from a release that did not reach every instance: requests go to those that it did not
 * touch, in one step, before anything that takes time. With two slots, that is the whole way back for whoever uses the
 * service.
 */
public final class Diversion {
    private Diversion() {}

    /**
     * Gives the instances that a release touched no new requests, and the others what they had before. Does nothing when
     * there are no others that run and serve. A load balancer that does not answer is warned of.
     *
     * @return whether the touched instances get nothing new now
     */
    public static boolean from(ReleaseRun run, Set<String> touched) throws IOException {
        if (run.traffic().isEmpty() || touched.isEmpty()) {
            return false;
        }
        try {
            Map<String, Integer> weights =
                    new LinkedHashMap<>(run.traffic().get().before());
            weights.keySet().retainAll(running(run, touched, weights));
            if (weights.values().stream().allMatch(weight -> weight == 0)) {
                return false;
            }
            touched.forEach(instance -> weights.put(instance, 0));
            run.traffic().get().divide(weights);
            run.environment()
                    .tell(
                            ReleaseEvent.Type.INFO,
                            "requests go to "
                                    + String.join(
                                            ", ",
                                            weights.keySet().stream()
                                                    .filter(instance -> weights.get(instance) > 0)
                                                    .toList())
                                    + " only",
                            Map.of("diverted", true));
            return true;
        } catch (IOException | RefusedException e) {
            run.environment()
                    .tell(
                            ReleaseEvent.Type.WARNING,
                            "requests could not be sent elsewhere at once: " + e.getMessage(),
                            Map.of());
            return false;
        }
    }

    /** Gives the instances that a release did not touch what they had before, should they not have it yet. Idempotent. */
    public static void settle(ReleaseRun run, Set<String> touched) throws IOException {
        if (run.traffic().isPresent()) {
            try {
                Map<String, Integer> weights =
                        new LinkedHashMap<>(run.traffic().get().before());
                weights.keySet().removeAll(touched);
                run.traffic().get().divide(weights);
            } catch (IOException | RefusedException e) {
                run.environment()
                        .tell(
                                ReleaseEvent.Type.WARNING,
                                "requests are not divided as before: " + e.getMessage(),
                                Map.of());
            }
        }
    }

    private static Set<String> running(ReleaseRun run, Set<String> touched, Map<String, Integer> weights)
            throws IOException {
        Set<String> running = new LinkedHashSet<>();
        for (ManagedInstance instance : run.environment().instances()) {
            if (weights.containsKey(instance.name())
                    && !touched.contains(instance.name())
                    && instance.process().isRunning()) {
                running.add(instance.name());
            }
        }
        return running;
    }
}
