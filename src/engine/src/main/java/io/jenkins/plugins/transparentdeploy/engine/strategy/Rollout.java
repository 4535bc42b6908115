package io.jenkins.plugins.transparentdeploy.engine.strategy;

import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import java.util.Set;

/**
 * What a strategy may do to the instances of a service. Every act is journaled, idempotent, and returns when it has
 * taken effect, and may be asked for by several threads, each about another instance; where an instance has no process, no load balancer or no ready check, the act about it does nothing.
 */
public interface Rollout {
    /** The instances to change, in the order of the service file. */
    List<String> instances();

    /**
     * All that are parked, also those that are not to change: they get their content and are not started. What is lent is not
     * parked meanwhile.
     */
    Set<String> parked() throws IOException;

    /**
     * Those of the instances that get no requests now, and will when they are brought in: what an earlier release left
     * drained. None where nobody can say.
     */
    Set<String> idle() throws IOException;

    /**
     * Those of the instances that would get requests now and do not answer, so that taking them out takes nothing away. None
     * where nobody can say.
     */
    Set<String> silent() throws IOException;

    /**
     * The instances, the idle ones first, then those that do not answer: the others are not to be taken out before these
     * are in again.
     */
    default List<String> idleFirst() throws IOException {
        Set<String> idle = idle();
        Set<String> silent = silent();
        return instances().stream()
                .sorted(Comparator.comparing((String instance) -> !idle.contains(instance))
                        .thenComparing(instance -> !silent.contains(instance)))
                .toList();
    }

    /** Something that is done to an instance. */
    @FunctionalInterface
    interface Act {
        void on(String instance) throws IOException, InterruptedException;
    }

    /**
     * Does the same to each of several instances: one after the other, or several at a time, as it is wanted of this rollout.
     * When one fails, nothing is begun on the others any more; on return nothing is under way.
     */
    default void each(List<String> instances, Act act) throws IOException, InterruptedException {
        for (String instance : instances) {
            act.on(instance);
        }
    }

    /** As {@link #each}, of something that only asks: all at a time. */
    default void ask(List<String> instances, Act question) throws IOException, InterruptedException {
        each(instances, question);
    }

    /**
     * The instances in service that serve alone while these are out; none when none of these serves anybody.
     *
     * @throws NotReadyException when nobody would be left, and there are others
     */
    List<String> remaining(List<String> leaving) throws IOException;

    /**
     * Makes sure that an instance in service still answers: one that does not may become ready in its time. Going back, one
     * that has come back and died is started once more, and whatever becomes of it keeps nothing else from coming back.
     *
     * @throws NotReadyException when it does not, going forward
     */
    void requireReady(String instance) throws IOException, InterruptedException;

    /**
     * Whether an instance is as it is wanted already, and runs: kept from before, so that it has only to get requests. Its
     * content was compared, not assumed.
     */
    boolean isKept(String instance) throws IOException;

    /** Brings near what {@link #put} will need, while the instance goes on serving as it is. */
    void stage(String instance) throws IOException, InterruptedException;

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

    /**
     * Lets instances that are otherwise parked serve, until {@link #park}: from now on they are started and brought in like
     * others.
     */
    void lend(List<String> instances) throws IOException;

    /** Takes an instance that was lent out of service, stops it, and leaves it parked. */
    void park(String instance) throws IOException, InterruptedException;

    /**
     * Asks instances that get no requests yet what the smoke test asks, each by its own address.
     *
     * @throws NotReadyException when one does not answer as it should
     */
    void tryOut(List<String> instances) throws IOException, InterruptedException;

    /** What somebody wants done once instances without requests are well and before they get any; going back, nothing. */
    void beforeTraffic() throws IOException, InterruptedException;

    /** Sends a share of all requests to these instances and the rest to the others in service, in one step. */
    void share(List<String> instances, int percent) throws IOException, InterruptedException;

    /** Gives every instance in service the share of requests that it had before this rollout, in one step. */
    void shareAsBefore() throws IOException, InterruptedException;

    /** Sends all new requests to these instances and none to any other, in one step. */
    void switchTo(List<String> instances) throws IOException, InterruptedException;

    /** The end of a step: leaves all as it is for so long, and for as long as somebody wants to pause here. */
    void pause(Wait wait) throws IOException, InterruptedException;

    /**
     * Watches real traffic until there is a verdict; where no analysis is configured, does nothing.
     *
     * @throws BadReleaseException when it is against the release
     */
    void judge(Trial trial) throws IOException, InterruptedException;
}
