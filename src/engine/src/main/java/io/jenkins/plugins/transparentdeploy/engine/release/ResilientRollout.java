package io.jenkins.plugins.transparentdeploy.engine.release;

import io.jenkins.plugins.transparentdeploy.engine.strategy.Rollout;
import io.jenkins.plugins.transparentdeploy.engine.strategy.Trial;
import io.jenkins.plugins.transparentdeploy.engine.strategy.Wait;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A rollout in which an instance that fails does not keep the others from coming back: what failed is left out from then
 * on, and told at the end.
 */
public final class ResilientRollout implements Rollout {
    private final Rollout rollout;
    private final Map<String, String> failures = new LinkedHashMap<>();

    public ResilientRollout(Rollout rollout) {
        this.rollout = rollout;
    }

    /**
     * To be asked at the end.
     *
     * @throws IOException when an instance failed; names each with its reason
     */
    public void throwIfAnyFailed() throws IOException {
        if (!failures.isEmpty()) {
            throw new IOException(String.join("; ", failures.values()));
        }
    }

    /** The instances that failed so far. */
    public Set<String> failed() {
        return Set.copyOf(failures.keySet());
    }

    /** An act on one instance. */
    @FunctionalInterface
    private interface Act {
        void on(String instance) throws IOException, InterruptedException;
    }

    private void attempt(String instance, Act act) throws InterruptedException {
        if (failures.containsKey(instance)) {
            return;
        }
        try {
            act.on(instance);
        } catch (IOException | RuntimeException e) {
            failures.put(instance, e.getMessage() == null ? e.toString() : e.getMessage());
        }
    }

    @Override
    public List<String> instances() {
        return rollout.instances();
    }

    @Override
    public void takeOut(String instance) throws InterruptedException {
        attempt(instance, rollout::takeOut);
    }

    @Override
    public void stop(String instance) throws InterruptedException {
        attempt(instance, rollout::stop);
    }

    @Override
    public void put(String instance) throws InterruptedException {
        attempt(instance, rollout::put);
    }

    @Override
    public void start(String instance) throws InterruptedException {
        attempt(instance, rollout::start);
    }

    @Override
    public void awaitReady(String instance) throws InterruptedException {
        attempt(instance, rollout::awaitReady);
    }

    @Override
    public void bringIn(String instance) throws InterruptedException {
        attempt(instance, rollout::bringIn);
    }

    @Override
    public boolean isKept(String instance) {
        try {
            return !failures.containsKey(instance) && rollout.isKept(instance);
        } catch (IOException | RuntimeException e) {
            // Then it is put and started like any other.
            return false;
        }
    }

    @Override
    public void tryOut(List<String> instances) throws InterruptedException {
        for (String instance : instances) {
            attempt(instance, name -> rollout.tryOut(List.of(name)));
        }
    }

    @Override
    public void beforeTraffic() throws IOException, InterruptedException {
        rollout.beforeTraffic();
    }

    @Override
    public void share(List<String> instances, int percent) throws IOException, InterruptedException {
        rollout.share(instances, percent);
    }

    @Override
    public void shareAsBefore() throws IOException, InterruptedException {
        rollout.shareAsBefore();
    }

    /** Not to what failed: whoever serves now serves better than that. */
    @Override
    public void switchTo(List<String> instances) throws IOException, InterruptedException {
        if (instances.stream().noneMatch(failures::containsKey)) {
            rollout.switchTo(instances);
        }
    }

    @Override
    public void pause(Wait wait) throws IOException, InterruptedException {
        rollout.pause(wait);
    }

    @Override
    public void judge(Trial trial) throws IOException, InterruptedException {
        rollout.judge(trial);
    }
}
