package io.jenkins.plugins.transparentdeploy.engine.loadbalancer.nginx;

import java.util.List;

/**
 * The worker processes of nginx's master at one moment.
 *
 * @param workers in no order
 */
record Workers(List<Worker> workers) {
    Workers {
        workers = List.copyOf(workers);
    }

    /**
     * One of them.
     *
     * @param incarnation tells it from another process that has the same id later
     * @param leaving whether it accepts nothing new, and ends with the last of its requests
     */
    record Worker(long pid, String incarnation, boolean leaving) {
        boolean is(Worker other) {
            return pid == other.pid && incarnation.equals(other.incarnation);
        }
    }

    /** Those that accept connections. */
    List<Worker> active() {
        return workers.stream().filter(worker -> !worker.leaving()).toList();
    }

    List<Worker> leaving() {
        return workers.stream().filter(Worker::leaving).toList();
    }

    /** Whether all that accept connections are others than before, and there are some. */
    boolean tookOverFrom(Workers before) {
        return !active().isEmpty()
                && active().stream()
                        .noneMatch(worker -> before.workers().stream().anyMatch(worker::is));
    }
}
