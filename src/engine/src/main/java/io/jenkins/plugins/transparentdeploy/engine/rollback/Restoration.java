package io.jenkins.plugins.transparentdeploy.engine.rollback;

import io.jenkins.plugins.transparentdeploy.engine.FailureText;
import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import io.jenkins.plugins.transparentdeploy.engine.check.LogMarks;
import io.jenkins.plugins.transparentdeploy.engine.check.SmokeTest;
import io.jenkins.plugins.transparentdeploy.engine.check.SmokeTestReport;
import io.jenkins.plugins.transparentdeploy.engine.release.Diversion;
import io.jenkins.plugins.transparentdeploy.engine.release.HookPlan;
import io.jenkins.plugins.transparentdeploy.engine.release.HookRunner;
import io.jenkins.plugins.transparentdeploy.engine.release.IncidentTimeline;
import io.jenkins.plugins.transparentdeploy.engine.release.InstanceState;
import io.jenkins.plugins.transparentdeploy.engine.release.InstantReturn;
import io.jenkins.plugins.transparentdeploy.engine.release.JournaledRollout;
import io.jenkins.plugins.transparentdeploy.engine.release.LeftOut;
import io.jenkins.plugins.transparentdeploy.engine.release.LogPositions;
import io.jenkins.plugins.transparentdeploy.engine.release.ManagedEnvironment;
import io.jenkins.plugins.transparentdeploy.engine.release.ManagedInstance;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseEvent;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseKind;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseRecord;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseRun;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseState;
import io.jenkins.plugins.transparentdeploy.engine.release.ResilientRollout;
import io.jenkins.plugins.transparentdeploy.engine.release.Touched;
import io.jenkins.plugins.transparentdeploy.engine.release.Verification;
import io.jenkins.plugins.transparentdeploy.engine.service.EnvironmentDefinition;
import io.jenkins.plugins.transparentdeploy.engine.service.HookPhase;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.Manifest;
import io.jenkins.plugins.transparentdeploy.engine.strategy.NotReadyException;
import io.jenkins.plugins.transparentdeploy.engine.strategy.Recreate;
import io.jenkins.plugins.transparentdeploy.engine.strategy.Slot;
import io.jenkins.plugins.transparentdeploy.engine.strategy.Strategy;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

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
        restore(incident, Optional.empty());
    }

    /**
     * As {@link #restore(IncidentTimeline)}.
     *
     * @param instant the way back in one step, if there is one
     */
    void restore(IncidentTimeline incident, Optional<InstantReturn> instant) throws IOException {
        IncidentTimeline timeline = incident;
        try {
            // Before anything that takes time, the record and hooks included: that it goes back is in the journal.
            boolean returned = instant.isPresent() && instant.get().take();
            boolean diverted = isUndoing() && Diversion.from(run);
            runner.endLeftOver();
            note(timeline);
            runner.back(HookPhase.BEFORE_ROLLBACK, environment.definition());
            hooks.beforeFiles();
            if (!returned) {
                bringBack(diverted);
            }
            hooks.afterFiles();
            hooks.throwIfAnyFailed();
            timeline = timeline.restoredAt(environment.clock().instant());
            note(timeline);
            run.proveConvergence(wanted);
            Optional<String> unwell = nothingWasLive() ? Optional.empty() : verify();
            if (unwell.isPresent()) {
                run.fail(unwell.get());
                return;
            }
            note(timeline.verifiedAt(environment.clock().instant()));
            runner.back(HookPhase.AFTER_ROLLBACK, next);
            run.handMissingOn();
            // What a process said stands where the rollback began, and need not be read again.
            String why = NotReadyException.withoutOutput(incident.reason());
            run.freezeEnvironment(why);
            run.enter(ReleaseState.ROLLED_BACK, why + leftBehind());
        } catch (InterruptedException e) {
            // Whoever ends this process: the state stays ROLLING_BACK, and the next opener finishes it.
            Thread.currentThread().interrupt();
            throw new IOException("The rollback of " + run.id() + " was interrupted; 'tdeploy recover' finishes it", e);
        } catch (IOException | RuntimeException e) {
            run.fail(message(e));
        }
    }

    /** Nobody is to take it for gone. */
    private String leftBehind() throws IOException {
        Map<String, Manifest> manifests = ReleaseRun.manifests(environment, wanted);
        Set<String> left = new TreeSet<>();
        for (Map.Entry<String, Manifest> state : manifests.entrySet()) {
            environment
                    .instance(state.getKey())
                    .target()
                    .leftBehind(state.getValue())
                    .ifPresent(left::add);
        }
        return left.isEmpty() ? "" : "; there was nothing to go back to: " + String.join("; ", left);
    }

    private static String message(Exception e) {
        return FailureText.of(e);
    }

    /** A rollback by hand goes the strategy's way; a deployment is undone from wherever it came to. */
    private boolean isUndoing() {
        return run.record().kind() != ReleaseKind.ROLLBACK;
    }

    /** @param diverted whether what the release touched gets no requests any more */
    private void bringBack(boolean diverted) throws IOException, InterruptedException {
        Set<String> resting = isUndoing() ? resting() : Set.of();
        Map<String, Manifest> manifests = isUndoing() ? manifestsOfTouched(resting) : manifestsOf(run.serving());
        ResilientRollout rollout = ResilientRollout.goingBack(
                JournaledRollout.restoring(run, manifests, next, resting),
                environment.definition().fleet().tolerated());
        way(diverted).run(rollout);
        noteWhatIsMissing(manifests.keySet(), rollout.failures());
        if (isUndoing() || run.record().slot().isEmpty()) {
            Set<String> back = new HashSet<>(manifests.keySet());
            back.removeAll(resting);
            Set<String> without = new HashSet<>(rollout.failed());
            if (!isUndoing()) {
                without.addAll(run.record().leftOut().keySet());
            }
            Diversion.settle(run, back, without);
        }
        withholdRequests();
        rollout.throwIfTooManyFailed();
        if (servingAgain().isEmpty()) {
            throw new IOException(String.join("; ", rollout.failures().values()));
        }
    }

    /** On a fleet the record says which instances did not come back; those that did are left out no more. */
    private void noteWhatIsMissing(Set<String> restored, Map<String, String> failures) throws IOException {
        if (environment.definition().isRemote()
                || environment.definition().fleet().tolerated() > 0) {
            for (Map.Entry<String, String> failure : failures.entrySet()) {
                run.leaveOut(failure.getKey(), failure.getValue());
            }
            Map<String, LeftOut> leftOut = new LinkedHashMap<>(run.record().leftOut());
            leftOut.keySet().removeIf(name -> restored.contains(name) && !failures.containsKey(name));
            run.note(copy -> copy.leftOut(leftOut));
        }
    }

    /** Who was out of reach may come back with what somebody is just going back from. */
    private void withholdRequests() {
        try {
            if (!isUndoing()) {
                run.drainLeftOut();
            }
        } catch (IOException | RefusedException e) {
            environment.tell(
                    ReleaseEvent.Type.WARNING, "going on without the load balancer: " + e.getMessage(), Map.of());
        }
    }

    private Strategy way(boolean diverted) {
        if (diverted) {
            // They get no requests, so nobody minds when all of them are down at once.
            return new Recreate();
        }
        Strategy strategy = environment.definition().strategy();
        return isUndoing() ? strategy.undoing() : strategy.withoutPauses();
    }

    /** The instances that did not serve before the release that is undone. */
    private Set<String> resting() throws IOException {
        Optional<ReleaseRecord> parent = run.record().parent().isPresent()
                ? environment.history().find(run.record().parent().get())
                : Optional.empty();
        Optional<Slot> served = parent.flatMap(ReleaseRecord::slot);
        return environment.instances().stream()
                .map(ManagedInstance::name)
                .filter(name -> served.isPresent() && !served.get().instances().contains(name))
                .collect(Collectors.toSet());
    }

    private Map<String, Manifest> manifestsOf(List<String> names) throws IOException {
        Map<String, Manifest> manifests = ReleaseRun.manifests(environment, wanted);
        manifests.keySet().retainAll(names);
        return manifests;
    }

    /**
     * Those that served come first: they are what somebody waits for. Of these, first those that get no requests now, so that
     * the others are not taken out before these are in again.
     */
    private Map<String, Manifest> manifestsOfTouched(Set<String> resting) throws IOException {
        Map<String, Manifest> manifests = ReleaseRun.manifests(environment, wanted);
        Map<String, Manifest> serving = new LinkedHashMap<>();
        Map<String, Manifest> others = new LinkedHashMap<>();
        List<String> names = new ArrayList<>(Touched.toRestore(run, manifests, resting));
        Set<String> drained = run.drained();
        names.sort(Comparator.comparing(name -> !drained.contains(name)));
        for (String name : names) {
            (resting.contains(name) ? others : serving).put(name, manifests.get(name));
        }
        serving.putAll(others);
        return serving;
    }

    /** Before the first release there was nothing that could be asked. */
    private boolean nothingWasLive() throws IOException {
        return ReleaseRun.manifests(environment, wanted).values().stream().allMatch(Manifest::isEmpty);
    }

    /** Whether the restored state serves; the managed paths were compared by content root when they were put. */
    private Optional<String> verify() throws IOException, InterruptedException {
        LogMarks marks = LogPositions.rememberComingBack(run, next);
        Optional<SmokeTest> smokeTest = next.smokeTest(servingAgain());
        if (smokeTest.isEmpty()) {
            return Optional.empty();
        }
        SmokeTestReport report = Verification.askRestored(environment, next, smokeTest.get(), marks);
        if (report.passed()) {
            environment.tell(ReleaseEvent.Type.INFO, "the restored state passes the smoke test", Map.of());
            return Optional.empty();
        }
        return Optional.of("the restored state does not pass the smoke test: " + report.firstFailure());
    }

    private List<String> servingAgain() throws IOException {
        if (!isUndoing()) {
            return environment.withoutParked(run.serving());
        }
        Set<String> resting = resting();
        return environment.withoutParked(environment.instances().stream()
                .map(ManagedInstance::name)
                .filter(name ->
                        !resting.contains(name) && !run.record().leftOut().containsKey(name))
                .toList());
    }

    private void note(IncidentTimeline timeline) throws IOException {
        run.note(copy -> copy.incident(timeline));
    }
}
