package io.jenkins.plugins.transparentdeploy.engine.rollback;

import io.jenkins.plugins.transparentdeploy.engine.check.LogMarks;
import io.jenkins.plugins.transparentdeploy.engine.check.SmokeTest;
import io.jenkins.plugins.transparentdeploy.engine.check.SmokeTestReport;
import io.jenkins.plugins.transparentdeploy.engine.release.HookPlan;
import io.jenkins.plugins.transparentdeploy.engine.release.HookRunner;
import io.jenkins.plugins.transparentdeploy.engine.release.IncidentTimeline;
import io.jenkins.plugins.transparentdeploy.engine.release.InstanceState;
import io.jenkins.plugins.transparentdeploy.engine.release.JournaledRollout;
import io.jenkins.plugins.transparentdeploy.engine.release.ManagedEnvironment;
import io.jenkins.plugins.transparentdeploy.engine.release.ManagedInstance;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseEvent;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseRun;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseState;
import io.jenkins.plugins.transparentdeploy.engine.release.ResilientRollout;
import io.jenkins.plugins.transparentdeploy.engine.release.Touched;
import io.jenkins.plugins.transparentdeploy.engine.service.EnvironmentDefinition;
import io.jenkins.plugins.transparentdeploy.engine.service.HookPhase;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.Manifest;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The middle of every rollback: {@code ROLLING_BACK → ROLLED_BACK | ROLLBACK_FAILED}. Brings the managed paths of each
 * touched instance to a given state, in the order of the strategy and without its pauses, and asks the serving state
 * whether it is well.
 *
 * <p>Safe to repeat: what is back already is left alone, so that it can be finished by another process.
 */
final class Restoration {
    private final ReleaseRun run;
    private final ManagedEnvironment environment;
    private final Map<String, InstanceState> wanted;
    private final EnvironmentDefinition next;
    private final ReturningHooks hooks;
    private final HookRunner runner;

    /**
     * @param wanted the state of each instance that comes back
     * @param next the definition of the release that it was: how it is started and asked
     * @param plan what becomes of the hooks that were run since
     */
    Restoration(ReleaseRun run, Map<String, InstanceState> wanted, EnvironmentDefinition next, HookPlan plan) {
        this.run = run;
        this.environment = run.environment();
        this.wanted = wanted;
        this.next = next;
        this.hooks = new ReturningHooks(run, plan);
        this.runner = new HookRunner(run);
    }

    /**
     * Restores and verifies. The release is in {@code ROLLING_BACK} before, in one of the two final states after.
     *
     * @param incident what led here; times are filled in as they come
     */
    void restore(IncidentTimeline incident) throws IOException {
        IncidentTimeline timeline = incident;
        note(timeline);
        try {
            runner.back(HookPhase.BEFORE_ROLLBACK, environment.definition());
            hooks.beforeFiles();
            Map<String, Manifest> manifests = manifestsOfTouched();
            ResilientRollout rollout = new ResilientRollout(JournaledRollout.restoring(run, manifests, next));
            environment.definition().strategy().withoutPauses().run(rollout);
            rollout.throwIfAnyFailed();
            hooks.afterFiles();
            hooks.throwIfAnyFailed();
            timeline = timeline.restoredAt(environment.clock().instant());
            note(timeline);
            Optional<String> unwell = nothingWasLive() ? Optional.empty() : verify();
            if (unwell.isPresent()) {
                run.fail(unwell.get());
                return;
            }
            note(timeline.verifiedAt(environment.clock().instant()));
            runner.back(HookPhase.AFTER_ROLLBACK, next);
            run.freezeEnvironment(incident.reason());
            run.enter(ReleaseState.ROLLED_BACK, incident.reason());
        } catch (InterruptedException e) {
            // Whoever ends this process: the state stays ROLLING_BACK, and the next opener finishes it.
            Thread.currentThread().interrupt();
            throw new IOException("The rollback of " + run.id() + " was interrupted; 'tdeploy recover' finishes it", e);
        } catch (IOException | RuntimeException e) {
            run.fail(message(e));
        }
    }

    private static String message(Exception e) {
        return e.getMessage() == null ? e.toString() : e.getMessage();
    }

    private Map<String, Manifest> manifestsOfTouched() throws IOException {
        Map<String, Manifest> touched = new LinkedHashMap<>();
        Map<String, Manifest> all = ReleaseRun.manifests(environment, wanted);
        for (ManagedInstance instance : environment.instances()) {
            Manifest manifest = all.get(instance.name());
            if (manifest != null && Touched.needsRestoring(run, instance, manifest)) {
                touched.put(instance.name(), manifest);
            }
        }
        return touched;
    }

    /** Before the first release there was nothing that could be asked. */
    private boolean nothingWasLive() throws IOException {
        return ReleaseRun.manifests(environment, wanted).values().stream().allMatch(Manifest::isEmpty);
    }

    /** Whether the restored state serves; the managed paths were compared by content root when they were put. */
    private Optional<String> verify() throws IOException, InterruptedException {
        Optional<SmokeTest> smokeTest = next.smokeTest();
        if (smokeTest.isEmpty()) {
            return Optional.empty();
        }
        // What the release that is gone has written is not the fault of what came back.
        LogMarks marks = LogMarks.take(smokeTest.get().logFiles());
        SmokeTestReport report = smokeTest
                .get()
                .run(environment.host(), environment.clock(), marks)
                .reworded(environment::scrub);
        if (report.passed()) {
            environment.tell(ReleaseEvent.Type.INFO, "the restored state passes the smoke test", Map.of());
            return Optional.empty();
        }
        return Optional.of("the restored state does not pass the smoke test: " + report.firstFailure());
    }

    private void note(IncidentTimeline timeline) throws IOException {
        run.note(copy -> copy.incident(timeline));
    }
}
