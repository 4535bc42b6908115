package io.jenkins.plugins.transparentdeploy.engine.rollback;

import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import io.jenkins.plugins.transparentdeploy.engine.release.Behind;
import io.jenkins.plugins.transparentdeploy.engine.release.Convergence;
import io.jenkins.plugins.transparentdeploy.engine.release.InstanceState;
import io.jenkins.plugins.transparentdeploy.engine.release.JournaledRollout;
import io.jenkins.plugins.transparentdeploy.engine.release.ManagedEnvironment;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseEvent;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseRecord;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseRun;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseState;
import io.jenkins.plugins.transparentdeploy.engine.release.ResilientRollout;
import io.jenkins.plugins.transparentdeploy.engine.release.RollbackPoints;
import io.jenkins.plugins.transparentdeploy.engine.service.EnvironmentDefinition;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.Manifest;
import io.jenkins.plugins.transparentdeploy.engine.strategy.Recreate;
import io.jenkins.plugins.transparentdeploy.engine.strategy.Strategy;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Brings every instance to the live release: those that it went on without, whose hosts were down, or that do not have its
 * content or do not run. What is as it should be is left alone, so that it can be done as often as somebody likes.
 */
public final class Converging {
    private final ManagedEnvironment environment;

    public Converging(ManagedEnvironment environment) {
        this.environment = environment;
    }

    /**
     * What came of it.
     *
     * @param release the live release; or one whose process had died, and that could not be rolled back
     * @param changed the instances that something was done to
     * @param convergence how all are now; empty when nothing was done, for the last rollback failed just now
     */
    public record Report(ReleaseRecord release, List<String> changed, Optional<Convergence> convergence) {
        public Report {
            changed = List.copyOf(changed);
        }

        /** Whether every instance has the live release, runs and gets requests. */
        public boolean isComplete() {
            return convergence.map(Convergence::complete).orElse(false);
        }
    }

    /**
     * Does it. A release whose process has died is brought to its end first.
     *
     * @param force whether to overwrite what somebody else changed; it is snapshotted first
     * @throws RefusedException when nothing is live, nobody knows what should be, or no host can be reached
     */
    public Report converge(boolean force) throws IOException, InterruptedException {
        Optional<ReleaseRecord> recovered = new Recovery(environment).recover();
        if (recovered.isPresent() && recovered.get().state() == ReleaseState.ROLLBACK_FAILED) {
            return new Report(recovered.get(), List.of(), Optional.empty());
        }
        Behind behind = Behind.find(environment, force);
        if (behind.instances().isEmpty()) {
            return new Report(behind.live(), List.of(), Optional.of(behind.noted(Map.of())));
        }
        if (!behind.differing().isEmpty()) {
            RollbackPoints.take(environment);
        }
        ReleaseRun run = ReleaseRun.resume(environment, behind.live());
        environment.tell(
                ReleaseEvent.Type.INFO,
                "bringing " + String.join(", ", behind.instances()) + " to version "
                        + environment.history().content(behind.live()).version(),
                Map.of("instances", behind.instances()));
        Map<String, String> failures = bring(run, behind);
        return new Report(run.record(), behind.instances(), Optional.of(behind.noted(failures)));
    }

    /** Those that serve nobody all at once, the others in the order of the strategy. @return what failed */
    private Map<String, String> bring(ReleaseRun run, Behind behind) throws IOException, InterruptedException {
        EnvironmentDefinition described =
                environment.definitionOf(environment.history().content(run.record()));
        Strategy inTurn = environment.definition().strategy().undoing();
        Set<String> serving = new HashSet<>(behind.serving());
        List<String> idle = new ArrayList<>(behind.instances());
        idle.removeAll(serving);
        Map<String, String> failures = new LinkedHashMap<>();
        failures.putAll(bring(run, behind, idle, described, new Recreate()));
        failures.putAll(bring(run, behind, behind.serving(), described, inTurn));
        return failures;
    }

    private Map<String, String> bring(
            ReleaseRun run, Behind behind, List<String> some, EnvironmentDefinition described, Strategy way)
            throws IOException, InterruptedException {
        Map<String, InstanceState> wanted = new LinkedHashMap<>(behind.wanted());
        wanted.keySet().retainAll(some);
        Map<String, Manifest> manifests = ReleaseRun.manifests(environment, wanted);
        ResilientRollout rollout = ResilientRollout.goingBack(
                JournaledRollout.restoring(run, manifests, described, Set.of()), manifests.size());
        if (!manifests.isEmpty()) {
            way.run(rollout);
        }
        return rollout.failures();
    }
}
