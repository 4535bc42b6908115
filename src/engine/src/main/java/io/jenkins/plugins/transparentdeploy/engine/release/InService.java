package io.jenkins.plugins.transparentdeploy.engine.release;

import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import io.jenkins.plugins.transparentdeploy.engine.strategy.NotReadyException;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Which instances people are served by, as far as the load balancer says; without one, by all that are not parked. Changes
 * nothing.
 */
final class InService {
    private final ReleaseRun run;
    private final ManagedEnvironment environment;
    private final boolean goingBack;

    /** @param goingBack whether a load balancer that does not answer keeps nothing from going on */
    InService(ReleaseRun run, boolean goingBack) {
        this.run = run;
        this.environment = run.environment();
        this.goingBack = goingBack;
    }

    /** Those that get requests now; none where the load balancer does not say so on the way back. */
    List<String> instances() throws IOException {
        return getting(now());
    }

    /** Those of some that get requests now, or did before this release drained them. */
    List<String> of(List<String> some) throws IOException {
        Map<String, Integer> most = new LinkedHashMap<>(now());
        before().forEach((instance, weight) -> most.merge(instance, weight, Math::max));
        List<String> served = getting(most);
        return some.stream().filter(served::contains).toList();
    }

    /**
     * Those that get requests without these.
     *
     * @throws NotReadyException when that is nobody, though there are others at the load balancer; not on the way back
     */
    List<String> without(List<String> leaving) throws IOException {
        Map<String, Integer> others = new LinkedHashMap<>(now());
        others.keySet().removeAll(leaving);
        others.keySet().removeAll(environment.parked());
        others.keySet().removeAll(environment.absent().keySet());
        List<String> remaining = getting(now()).stream()
                .filter(instance -> !leaving.contains(instance))
                .toList();
        if (remaining.isEmpty() && !others.isEmpty() && !goingBack) {
            throw new NotReadyException("nobody would be served without " + String.join(", ", leaving)
                    + ", for the load balancer sends nothing to " + String.join(", ", others.keySet())
                    + "; give one of them requests before the next release");
        }
        return remaining;
    }

    /** What the release goes on without does not count. */
    private List<String> getting(Map<String, Integer> weights) {
        return weights.entrySet().stream()
                .filter(entry -> entry.getValue() > 0)
                .map(Map.Entry::getKey)
                .filter(instance -> !run.record().leftOut().containsKey(instance))
                .toList();
    }

    private Map<String, Integer> now() throws IOException {
        return weights(Traffic::now);
    }

    private Map<String, Integer> before() throws IOException {
        return weights(Traffic::before);
    }

    /** Something that is asked of the load balancer. */
    @FunctionalInterface
    private interface Question {
        Map<String, Integer> to(Traffic traffic) throws IOException;
    }

    private Map<String, Integer> weights(Question question) throws IOException {
        try {
            if (run.traffic().isPresent()) {
                return question.to(run.traffic().get());
            }
        } catch (IOException | RefusedException e) {
            if (!goingBack) {
                throw e;
            }
            // Whoever steers it says so.
            return Map.of();
        }
        Map<String, Integer> alike = new LinkedHashMap<>();
        run.answering().forEach(instance -> alike.put(instance, 1));
        return alike;
    }
}
