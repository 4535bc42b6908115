package io.jenkins.plugins.transparentdeploy.engine.release;

import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import io.jenkins.plugins.transparentdeploy.engine.strategy.NotReadyException;
import java.io.IOException;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Which instances people are served by, as far as the load balancer says; without one, by all that are not parked. Changes
 * nothing.
 */
final class InService {
    /** To ask is to wait for others, so that more are asked than are worked on at a time. */
    static final int ASKED_AT_A_TIME = 32;

    private final ReleaseRun run;
    private final ManagedEnvironment environment;
    private final boolean goingBack;
    private final Answering answering;

    /** @param goingBack whether a load balancer that does not answer keeps nothing from going on */
    InService(ReleaseRun run, boolean goingBack, Answering answering) {
        this.run = run;
        this.environment = run.environment();
        this.goingBack = goingBack;
        this.answering = answering;
    }

    /** Those of some that get requests and do not answer; none where the load balancer does not say so on the way back. */
    Set<String> silent(Collection<String> some) throws IOException {
        List<String> getting = getting(now()).stream().filter(some::contains).toList();
        return new HashSet<>(Concurrently.those(ASKED_AT_A_TIME, getting, instance -> !answering.answers(instance)));
    }

    /** Those of some that answer, and get requests now or did before this release drained them. */
    private List<String> serving(List<String> some) throws IOException {
        Map<String, Integer> most = new LinkedHashMap<>(now());
        before().forEach((instance, weight) -> most.merge(instance, weight, Math::max));
        List<String> served = getting(most);
        return Concurrently.those(
                ASKED_AT_A_TIME, some.stream().filter(served::contains).toList(), answering::answers);
    }

    /**
     * Those that get requests without these; none when none of these serves anybody.
     *
     * @throws NotReadyException when that is nobody, though there are others at the load balancer, or these could have gone one
     *     after the other while others are parked; not on the way back
     */
    List<String> without(List<String> leaving) throws IOException {
        List<String> serving = serving(leaving);
        if (serving.isEmpty()) {
            return List.of();
        }
        List<String> remaining = getting(now()).stream()
                .filter(instance -> !leaving.contains(instance))
                .toList();
        if (remaining.isEmpty() && !goingBack) {
            requireNoneElse(leaving, serving);
        }
        return remaining;
    }

    /** Of one that serves alone there is no other way, and whoever takes out all that there are wants that. */
    private void requireNoneElse(List<String> leaving, List<String> serving) throws IOException {
        Set<String> parked = environment.parked();
        Set<String> others = new TreeSet<>(now().keySet());
        others.removeAll(leaving);
        others.removeAll(environment.absent().keySet());
        others.removeAll(parked);
        if (!others.isEmpty()) {
            throw new NotReadyException("nobody would be served without " + String.join(", ", leaving)
                    + ", for the load balancer sends nothing to " + String.join(", ", others)
                    + "; give one of them requests before the next release");
        }
        if (serving.size() > 1 && !parked.isEmpty()) {
            throw new NotReadyException("nobody would be served without " + String.join(", ", leaving)
                    + ", for the others are parked: " + String.join(", ", parked) + "; let fewer change at once");
        }
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
