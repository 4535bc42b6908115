package io.jenkins.plugins.transparentdeploy.engine.release;

import io.jenkins.plugins.transparentdeploy.engine.snapshot.RootHash;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Whether every instance has what it should have, as it was measured on its own host.
 *
 * @param at when it was measured
 * @param complete whether all have
 * @param instances in the order of the service file
 */
public record Convergence(Instant at, boolean complete, List<Entry> instances) {
    public Convergence {
        instances = List.copyOf(instances);
    }

    static Convergence of(Instant at, List<Entry> instances) {
        return new Convergence(at, instances.stream().allMatch(Entry::converged), instances);
    }

    /** The same with what else is wrong. @param failures reasons by instance */
    Convergence and(Map<String, String> failures) {
        return of(
                at,
                instances.stream()
                        .map(entry -> entry.converged() && failures.containsKey(entry.instance())
                                ? entry.because(failures.get(entry.instance()))
                                : entry)
                        .toList());
    }

    /** In one line, for people. */
    @Override
    public String toString() {
        return instances.size() - missing().size() + " of " + instances.size() + " instances have the release's content"
                + missing().stream()
                        .map(entry -> "; " + entry.instance() + " on " + entry.host() + " "
                                + entry.reason().orElseThrow())
                        .collect(Collectors.joining());
    }

    /** Those that do not have it. */
    public List<Entry> missing() {
        return instances.stream().filter(entry -> !entry.converged()).toList();
    }

    /**
     * One instance.
     *
     * @param host the name of its machine
     * @param hostId which machine that was; empty when it could not be asked
     * @param expected the content root of what it should have
     * @param found the content root of what is there; empty when that could not be measured
     * @param reason what is wrong; empty when nothing is
     */
    public record Entry(
            String instance,
            String host,
            Optional<String> hostId,
            RootHash expected,
            Optional<RootHash> found,
            Optional<String> reason) {
        private Entry because(String why) {
            return new Entry(instance, host, hostId, expected, found, Optional.of(why));
        }

        public boolean converged() {
            return reason.isEmpty();
        }
    }
}
