package io.jenkins.plugins.transparentdeploy.engine.strategy;

import java.io.IOException;
import java.time.Duration;
import java.util.List;

/**
 * What a strategy may do to the instances of a service. Every act is journaled, idempotent, and returns when it has
 * taken effect; where an instance has no process, no load balancer or no ready check, the act about it does nothing.
 */
public interface Rollout {
    /** The instances to change, in the order of the service file. */
    List<String> instances();

    /** Sends no new request to the instance and waits until those in flight are answered or its drain time is over. */
    void takeOut(String instance) throws IOException, InterruptedException;

    /** Stops the instance's process. */
    void stop(String instance) throws IOException, InterruptedException;

    /** Brings the instance's managed paths to the wanted state. */
    void put(String instance) throws IOException, InterruptedException;

    /** Starts the instance's process. */
    void start(String instance) throws IOException, InterruptedException;

    /**
     * Waits until the instance's ready check passes.
     *
     * @throws NotReadyException when it does not in its time, or when its process ends
     */
    void awaitReady(String instance) throws IOException, InterruptedException;

    /** Sends requests to the instance again, with the weight that it had before. */
    void bringIn(String instance) throws IOException, InterruptedException;

    /** Waits between two batches. */
    void pause(Duration duration) throws IOException, InterruptedException;
}
