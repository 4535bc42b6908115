package io.jenkins.plugins.transparentdeploy.engine.release;

import io.jenkins.plugins.transparentdeploy.engine.FailureText;
import io.jenkins.plugins.transparentdeploy.engine.strategy.Rollout;
import io.jenkins.plugins.transparentdeploy.engine.strategy.Trial;
import io.jenkins.plugins.transparentdeploy.engine.strategy.Wait;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A rollout in which an instance that fails does not keep the others from what is done to them, as far as that may be: what
 * failed is left out from then on.
 */
public final class ResilientRollout implements Rollout {
    private final Rollout rollout;
    private final Failing failing;
    private final int tolerated;
    private final boolean forward;
    private final Map<String, String> failures = Collections.synchronizedMap(new LinkedHashMap<>());

    /** Who is told that something failed on an instance. */
    @FunctionalInterface
    private interface Failing {
        /** @return whether to go on without it */
        boolean on(String instance, String why) throws IOException;
    }

    private ResilientRollout(Rollout rollout, int tolerated, boolean forward, Failing failing) {
        this.rollout = rollout;
        this.tolerated = tolerated;
        this.forward = forward;
        this.failing = failing;
    }

    /**
     * Going back: whatever fails keeps nothing else from coming back, and is told at the end.
     *
     * @param tolerated how many may fail for what came back to count as whole
     */
    public static ResilientRollout goingBack(Rollout rollout, int tolerated) {
        return new ResilientRollout(rollout, tolerated, false, (instance, why) -> true);
    }

    /** Going forward: what fails is set aside, as long as the release may go on without it. */
    static ResilientRollout goingForward(Rollout rollout, ReleaseRun run) {
        return new ResilientRollout(
                rollout, run.environment().definition().fleet().maxFailures(), true, run::setAside);
    }

    /**
     * To be asked at the end.
     *
     * @throws IOException when more instances failed than are tolerated; names each with its reason
     */
    public void throwIfTooManyFailed() throws IOException {
        if (failures.size() > tolerated) {
            throw new IOException(String.join("; ", failures.values()));
        }
    }

    /** The instances that failed so far, each with the reason. */
    public Map<String, String> failures() {
        synchronized (failures) {
            return new LinkedHashMap<>(failures);
        }
    }

    /** The instances that failed so far. */
    public Set<String> failed() {
        return Set.copyOf(failures().keySet());
    }

    private void attempt(String instance, Act act) throws IOException, InterruptedException {
        if (failures.containsKey(instance)) {
            return;
        }
        try {
            act.on(instance);
        } catch (IOException | RuntimeException e) {
            if (forward && e instanceof InterruptedIOException) {
                // Somebody asks to give up; the instance has done nothing.
                throw e;
            }
            String why = FailureText.of(e);
            if (!failing.on(instance, why)) {
                throw e;
            }
            failures.put(instance, why);
        }
    }

    /** Those that did not fail. @throws IOException when that is none of them */
    private List<String> whole(List<String> some) throws IOException {
        List<String> whole =
                some.stream().filter(name -> !failures.containsKey(name)).toList();
        if (whole.isEmpty() && !some.isEmpty()) {
            throw new IOException("none of " + String.join(", ", some) + " is left: "
                    + String.join("; ", failures().values()));
        }
        return whole;
    }

    @Override
    public List<String> instances() {
        return rollout.instances();
    }

    @Override
    public Set<String> idle() throws IOException {
        return rollout.idle();
    }

    @Override
    public Set<String> silent() throws IOException {
        return rollout.silent();
    }

    @Override
    public Set<String> parked() throws IOException {
        return rollout.parked();
    }

    @Override
    public void ask(List<String> instances, Act question) throws IOException, InterruptedException {
        rollout.ask(instances, question);
    }

    /** Nobody waits for what failed. */
    @Override
    public List<String> remaining(List<String> leaving) throws IOException {
        return rollout.remaining(leaving).stream()
                .filter(name -> !failures.containsKey(name))
                .toList();
    }

    @Override
    public void requireReady(String instance) throws IOException, InterruptedException {
        if (forward) {
            attempt(instance, rollout::requireReady);
        } else {
            rollout.requireReady(instance);
        }
    }

    @Override
    public void each(List<String> instances, Act act) throws IOException, InterruptedException {
        rollout.each(instances, act);
    }

    @Override
    public void stage(String instance) throws IOException, InterruptedException {
        attempt(instance, rollout::stage);
    }

    @Override
    public void takeOut(String instance) throws IOException, InterruptedException {
        attempt(instance, rollout::takeOut);
    }

    @Override
    public void stop(String instance) throws IOException, InterruptedException {
        attempt(instance, rollout::stop);
    }

    @Override
    public void put(String instance) throws IOException, InterruptedException {
        attempt(instance, rollout::put);
    }

    @Override
    public void start(String instance) throws IOException, InterruptedException {
        attempt(instance, rollout::start);
    }

    @Override
    public void awaitReady(String instance) throws IOException, InterruptedException {
        attempt(instance, rollout::awaitReady);
    }

    @Override
    public void bringIn(String instance) throws IOException, InterruptedException {
        attempt(instance, rollout::bringIn);
    }

    @Override
    public void lend(List<String> instances) throws IOException {
        rollout.lend(instances);
    }

    @Override
    public void park(String instance) throws IOException, InterruptedException {
        attempt(instance, rollout::park);
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
    public void tryOut(List<String> instances) throws IOException, InterruptedException {
        if (forward && tolerated == 0) {
            rollout.tryOut(instances);
        } else {
            each(instances, instance -> attempt(instance, name -> rollout.tryOut(List.of(name))));
        }
    }

    @Override
    public void beforeTraffic() throws IOException, InterruptedException {
        rollout.beforeTraffic();
    }

    @Override
    public void share(List<String> instances, int percent) throws IOException, InterruptedException {
        rollout.share(whole(instances), percent);
    }

    @Override
    public void shareAsBefore() throws IOException, InterruptedException {
        rollout.shareAsBefore();
    }

    /** Not when too much failed: whoever serves now serves better than that. */
    @Override
    public void switchTo(List<String> instances) throws IOException, InterruptedException {
        long failed = instances.stream().filter(failures::containsKey).count();
        if (failed == 0 || failed <= tolerated && failed < instances.size()) {
            rollout.switchTo(whole(instances));
        }
    }

    @Override
    public void pause(Wait wait) throws IOException, InterruptedException {
        rollout.pause(wait);
    }

    @Override
    public void judge(Trial trial) throws IOException, InterruptedException {
        rollout.judge(new Trial(trial.name(), whole(trial.fresh()), trial.window(), trial.minimumSamples()));
    }
}
