package io.jenkins.plugins.transparentdeploy.engine.release;

import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import io.jenkins.plugins.transparentdeploy.engine.service.EnvironmentDefinition;
import java.io.IOException;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Which instances answer in the middle of a rollout, each asked as the release says that is there by then. Safe for threads. */
final class Answering {
    private final DescribedProcesses processes;
    private final Running running;
    private final EnvironmentDefinition next;
    private final boolean goingBack;
    private final Set<String> ready;
    /** How what the rollout has not changed yet was started, as far as somebody has asked. */
    private final Map<String, EnvironmentDefinition> found = new ConcurrentHashMap<>();

    /** How what runs on an instance now was started. */
    @FunctionalInterface
    interface Running {
        EnvironmentDefinition on(String instance) throws IOException;
    }

    /**
     * @param next the definition of what comes
     * @param goingBack whether one that cannot be asked counts as one that does not answer
     * @param ready the instances that have what comes; it grows as the rollout goes on
     */
    Answering(
            DescribedProcesses processes,
            Running running,
            EnvironmentDefinition next,
            boolean goingBack,
            Set<String> ready) {
        this.processes = processes;
        this.running = running;
        this.next = next;
        this.goingBack = goingBack;
        this.ready = ready;
    }

    /** Whether an instance answers now. */
    boolean answers(String instance) throws IOException {
        try {
            return readiness(instance).serves()
                    // What a release that is undone has not touched is already as it will be again.
                    || goingBack && processes.readiness(next, instance).serves();
        } catch (IOException | RefusedException e) {
            if (!goingBack) {
                throw e;
            }
            return false;
        }
    }

    /** How to find out whether what is there now is ready. */
    Readiness readiness(String instance) throws IOException {
        if (ready.contains(instance)) {
            return processes.readiness(next, instance);
        }
        EnvironmentDefinition known = found.get(instance);
        if (known == null) {
            known = running.on(instance);
            found.put(instance, known);
        }
        return processes.readiness(known, instance);
    }
}
