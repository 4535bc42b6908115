package io.jenkins.plugins.transparentdeploy.engine.loadbalancer;

import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import java.util.Collection;
import java.util.Map;

/**
 * The weights that some backends are to have from now on; those of others stay.
 *
 * @param weights by backend, each from 0 to {@link LoadBalancer#MAX_WEIGHT}
 */
public record WeightChange(Map<String, Integer> weights) {
    /** @throws RefusedException when one of the weights cannot be */
    public WeightChange {
        weights = Map.copyOf(weights);
        weights.forEach((backend, weight) -> {
            if (weight < 0 || weight > LoadBalancer.MAX_WEIGHT) {
                throw new RefusedException(
                        "The backend '" + backend + "' cannot have the weight " + weight,
                        "Give one from 0 to " + LoadBalancer.MAX_WEIGHT);
            }
        });
    }

    /** @throws RefusedException when one of the backends is not among those there are, which it lists */
    public WeightChange requireKnown(Collection<String> backends) {
        weights.keySet().forEach(backend -> requireKnown(backend, backends));
        return this;
    }

    /** @throws RefusedException when the backend is not among those there are, which it lists */
    public static void requireKnown(String backend, Collection<String> backends) {
        if (!backends.contains(backend)) {
            throw new RefusedException(
                    "The load balancer has no backend '" + backend + "'", "Use one of " + String.join(", ", backends));
        }
    }
}
