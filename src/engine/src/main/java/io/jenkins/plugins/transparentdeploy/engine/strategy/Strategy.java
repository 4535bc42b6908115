package io.jenkins.plugins.transparentdeploy.engine.strategy;

import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.Capability;
import java.io.IOException;
import java.util.List;
import java.util.Set;

/** The order in which instances are changed. Implementations are immutable; their {@link #run} reads as the protocol. */
public sealed interface Strategy permits Recreate, Rolling, BlueGreen, Canary {
    /** The name that the service file and the records use. */
    String name();

    /** What the load balancer must be able to do; a plan with one that cannot is refused. */
    Set<Capability> needs();

    /** The most instances out of service at once, of those that are not parked. */
    int unavailable(List<String> instances, Set<String> parked);

    /** The instances that serve while others change, and are parked at all other times. */
    default Set<String> surge() {
        return Set.of();
    }

    /** What it would do, step by step, for people. */
    List<String> steps(List<String> instances, Set<String> parked);

    /** What a person should know of these steps before they are done, a sentence each without a full stop. */
    default List<String> warnings(List<String> instances, Set<String> parked) {
        return List.of();
    }

    /** The same order without waiting or judging in between: a rollback is in a hurry. */
    Strategy withoutPauses();

    /** The order in which instances that it has changed, and that all get requests, are changed back. */
    default Strategy undoing() {
        return withoutPauses();
    }

    /**
     * Changes every instance. Stops at the first failure and leaves the rest untouched: whoever called decides what
     * becomes of those that were changed.
     */
    void run(Rollout rollout) throws IOException, InterruptedException;
}
