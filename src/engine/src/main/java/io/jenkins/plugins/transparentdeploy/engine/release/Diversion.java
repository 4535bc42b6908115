package io.jenkins.plugins.transparentdeploy.engine.release;

import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * The first act of going back from a release that did not reach every instance: requests go to those that it did not
 * touch, in one step, before anything that takes time. With two slots, that is the whole way back for whoever uses the
 * service.
 */
public final class Diversion {
    /** How long a load balancer may take to come up again. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private static final long POLL_MILLIS = 200;

    private Diversion() {}

    /**
     * Gives the instances that a release touched no new requests, and the others, which it may have drained, what they had
     * before. Does nothing when there are no others that run and serve. A load balancer that does not answer is warned of.
     * Idempotent.
     *
     * @return whether the touched instances get nothing new now
     */
    public static boolean from(ReleaseRun run) {
        try {
            Set<String> touched = Touched.byJournal(run);
            if (run.traffic().isEmpty()) {
                return false;
            }
            Map<String, Integer> weights =
                    new LinkedHashMap<>(run.traffic().get().before());
            weights.keySet().retainAll(running(run, touched, weights));
            if (weights.values().stream().allMatch(weight -> weight == 0)) {
                return false;
            }
            touched.forEach(instance -> weights.put(instance, 0));
            if (run.traffic().get().divide(weights)) {
                run.environment().tell(ReleaseEvent.Type.INFO, told(weights), Map.of("diverted", true));
            }
            return !touched.isEmpty();
        } catch (IOException | RefusedException e) {
            run.environment()
                    .tell(
                            ReleaseEvent.Type.WARNING,
                            "requests could not be sent elsewhere at once: " + e.getMessage(),
                            Map.of());
            return false;
        }
    }

    private static String told(Map<String, Integer> weights) {
        return weights.entrySet().stream()
                .filter(entry -> entry.getValue() > 0)
                .map(Map.Entry::getKey)
                .collect(Collectors.joining(", ", "requests go to ", " only"));
    }

    /**
     * Ends going back: whoever came back gets its usual share of requests, whoever was not touched what it had before. A
     * load balancer that is just being started again is waited for; one that stays away is warned of. Idempotent.
     *
     * @param back the instances that were brought back and serve
     */
    public static void settle(ReleaseRun run, Set<String> back, Set<String> leftOut) throws InterruptedException {
        Instant end = run.environment().clock().instant().plus(PATIENCE);
        Optional<String> trouble = attemptToSettle(run, back, leftOut);
        while (trouble.isPresent() && run.environment().clock().instant().isBefore(end)) {
            TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
            trouble = attemptToSettle(run, back, leftOut);
        }
        trouble.ifPresent(message -> run.environment()
                .tell(ReleaseEvent.Type.WARNING, "requests are not divided as before: " + message, Map.of()));
    }

    private static Optional<String> attemptToSettle(ReleaseRun run, Set<String> back, Set<String> leftOut) {
        try {
            if (run.traffic().isPresent()) {
                Map<String, Integer> weights =
                        new LinkedHashMap<>(run.traffic().get().before());
                Map<String, Integer> usual = run.traffic().get().usual();
                weights.replaceAll((instance, weight) -> back.contains(instance) ? usual.get(instance) : weight);
                weights.keySet().removeAll(leftOut);
                run.traffic().get().divide(weights);
            }
            return Optional.empty();
        } catch (IOException | RefusedException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    /** Of a machine that is out of reach nobody knows, so nothing is sent there. */
    private static boolean runs(ManagedInstance instance) throws IOException {
        try {
            return instance.process().isRunning();
        } catch (IOException e) {
            if (!instance.isRemote()) {
                throw e;
            }
            return false;
        }
    }

    private static Set<String> running(ReleaseRun run, Set<String> touched, Map<String, Integer> weights)
            throws IOException {
        List<ManagedInstance> others = run.environment().instances().stream()
                .filter(instance -> weights.containsKey(instance.name()) && !touched.contains(instance.name()))
                .toList();
        Set<String> running = new LinkedHashSet<>();
        Concurrently.those(run.environment().atATime(), others, Diversion::runs)
                .forEach(instance -> running.add(instance.name()));
        return running;
    }
}
