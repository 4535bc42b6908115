package io.jenkins.plugins.transparentdeploy.engine.rollback;

import io.jenkins.plugins.transparentdeploy.engine.CorruptStateException;
import io.jenkins.plugins.transparentdeploy.engine.Obstacle;
import io.jenkins.plugins.transparentdeploy.engine.Refusal;
import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import io.jenkins.plugins.transparentdeploy.engine.journal.Operation.RunCommand;
import io.jenkins.plugins.transparentdeploy.engine.release.DeltaSummary;
import io.jenkins.plugins.transparentdeploy.engine.release.Drifts;
import io.jenkins.plugins.transparentdeploy.engine.release.Goal;
import io.jenkins.plugins.transparentdeploy.engine.release.HookPlan;
import io.jenkins.plugins.transparentdeploy.engine.release.HookPlans;
import io.jenkins.plugins.transparentdeploy.engine.release.IncidentTimeline;
import io.jenkins.plugins.transparentdeploy.engine.release.ManagedEnvironment;
import io.jenkins.plugins.transparentdeploy.engine.release.ManagedInstance;
import io.jenkins.plugins.transparentdeploy.engine.release.ManualRollback;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseHistory;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseHistory.Restorable;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseKind;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseRecord;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseRun;
import io.jenkins.plugins.transparentdeploy.engine.release.RollbackPoint;
import io.jenkins.plugins.transparentdeploy.engine.rollback.RollbackPreview.Files;
import io.jenkins.plugins.transparentdeploy.engine.rollback.RollbackPreview.Setting;
import io.jenkins.plugins.transparentdeploy.engine.rollback.RollbackPreview.Stand;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.Delta;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.Manifest;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.ManifestEntry;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Finds out what a rollback would do, and everything that would keep it from it, without doing any of it. An environment
 * that is only looked at is enough, also while somebody else changes it.
 */
public final class Previewing {
    /** How many of the newest releases are asked how long their rollback took. */
    private static final int REMEMBERED = 50;

    private final ManagedEnvironment environment;
    private final ReleaseHistory history;
    /** The same may be in the way of several questions. */
    private final Set<Refusal> refusals = new LinkedHashSet<>();

    public Previewing(ManagedEnvironment environment) {
        this.environment = environment;
        this.history = environment.history();
    }

    /** Something that may be refused. */
    @FunctionalInterface
    private interface Question<T> {
        T ask() throws IOException;
    }

    private <T> T orRefused(Question<T> question, T otherwise) throws IOException {
        try {
            return question.ask();
        } catch (RefusedException e) {
            refusals.add(Refusal.of(e));
            return otherwise;
        } catch (CorruptStateException e) {
            refusals.add(Refusal.of(e));
            return otherwise;
        }
    }

    private boolean whoIsThere() throws IOException {
        environment.checkTargets(false);
        return true;
    }

    /** @param to as for {@link Rollback#to} */
    public RollbackPreview of(String to) throws IOException {
        Optional<ReleaseRecord> unfinished = history.unfinished();
        Optional<ReleaseRecord> live = history.live();
        Optional<ReleaseRecord> current = live.isPresent() ? Optional.of(history.content(live.get())) : live;
        boolean takesBack = unfinished.isPresent() && to.equals(Rollback.PREVIOUS);
        Optional<Restorable> back = orRefused(
                () -> Optional.of(takesBack ? before(unfinished.get()) : history.restorable(to)), Optional.empty());
        HookPlan hooks = hooks(unfinished.filter(record -> takesBack), back);
        PointOfNoReturn.in(hooks)
                .ifPresent(what -> refusals.add(new Refusal(
                        Obstacle.POINT_OF_NO_RETURN,
                        "The way back leads across " + what + ", which cannot be taken back",
                        "Accept it with --accept-one-way and a --reason")));
        if (environment.definition().isRemote()) {
            orRefused(this::whoIsThere, false);
        }
        Optional<Goal> goal = back.isPresent()
                ? orRefused(() -> Optional.of(Goal.of(environment, back.get())), Optional.empty())
                : Optional.empty();
        Map<String, Files> files =
                goal.isPresent() ? orRefused(() -> files(goal.get()), Map.<String, Files>of()) : Map.of();
        DeltaSummary delta = goal.isPresent()
                ? orRefused(() -> ManualRollback.delta(environment, goal.get()), DeltaSummary.NONE)
                : DeltaSummary.NONE;
        Map<String, List<String>> drifted = drifted(unfinished.isPresent());
        List<Duration> earlier = earlier();
        return new RollbackPreview(
                environment.definition().service(),
                environment.definition().environment(),
                (takesBack ? unfinished : current).map(Previewing::stand),
                unfinished.isPresent() ? Optional.empty() : live.map(ReleaseRecord::id),
                back.map(restorable -> new Stand(restorable.id(), restorable.version(), restorable.at())),
                takesBack,
                files,
                delta,
                configuration(back),
                names(hooks.undo().stream()
                        .filter(command -> !hooks.oneWay().contains(command))
                        .toList()),
                names(hooks.redo()),
                names(hooks.oneWay()),
                drifted,
                earlier.isEmpty() ? Optional.empty() : Optional.of(earlier.get(earlier.size() / 2)),
                earlier.size(),
                List.copyOf(refusals));
    }

    private Restorable before(ReleaseRecord unfinished) throws IOException {
        if (unfinished.kind() == ReleaseKind.ROLLBACK) {
            return history.restorable(unfinished.restores().orElseThrow().value());
        }
        Optional<RollbackPoint> point = unfinished.before().isPresent()
                ? history.rollbackPoint(unfinished.before().get())
                : Optional.empty();
        if (point.isEmpty()) {
            // It is given up before it has changed anything: what is live stays.
            return history.restorable(live(unfinished).id().value());
        }
        return history.restorable(point.get().release().orElse(point.get().id()).value());
    }

    private ReleaseRecord live(ReleaseRecord unfinished) throws IOException {
        return history.content(history.live()
                .orElseThrow(() -> new RefusedException(
                        "Release " + unfinished.id() + " has changed nothing yet, and nothing was live before it",
                        "Give it up with 'tdeploy abort'")));
    }

    private HookPlan hooks(Optional<ReleaseRecord> takenBack, Optional<Restorable> back) throws IOException {
        if (takenBack.isPresent() && takenBack.get().kind() != ReleaseKind.ROLLBACK) {
            return HookPlans.undoing(environment, takenBack.get().id());
        }
        return back.isPresent() ? HookPlans.restoring(environment, back.get().id()) : HookPlan.NOTHING;
    }

    private static Stand stand(ReleaseRecord record) {
        return new Stand(record.id(), record.version(), record.changedAt());
    }

    private Map<String, Files> files(Goal back) throws IOException {
        Map<String, Files> files = new LinkedHashMap<>();
        for (Map.Entry<String, Manifest> wanted :
                ReleaseRun.manifests(environment, back.instances()).entrySet()) {
            ManagedInstance instance = environment.instance(wanted.getKey());
            if (!environment.present().contains(instance)) {
                continue;
            }
            Delta delta = instance.target().plan(wanted.getValue());
            List<String> updated = delta.updated().stream()
                    .filter(Delta.Change::contentChanges)
                    .map(change -> change.after().path())
                    .toList();
            List<String> created = paths(delta.created());
            List<String> deleted = paths(delta.deleted());
            files.put(
                    wanted.getKey(),
                    new Files(
                            most(created),
                            most(updated),
                            most(deleted),
                            Stream.of(created, updated, deleted)
                                    .mapToInt(paths -> Math.max(0, paths.size() - Files.MOST))
                                    .sum()));
        }
        return files;
    }

    private static List<String> paths(List<ManifestEntry> entries) {
        return entries.stream().map(ManifestEntry::path).toList();
    }

    private static List<String> most(List<String> paths) {
        return paths.stream().limit(Files.MOST).toList();
    }

    private Map<String, List<String>> drifted(boolean unfinished) throws IOException {
        Map<String, List<String>> drifted = new LinkedHashMap<>();
        Drifts.find(environment)
                .forEach((instance, drifts) -> drifted.put(
                        instance,
                        drifts.stream()
                                .limit(Files.MOST)
                                .map(drift -> drift.path())
                                .toList()));
        // What is given up is taken back over whatever is there.
        if (!unfinished) {
            orRefused(
                    () -> {
                        Drifts.refuseUnlessForced(environment, false);
                        return true;
                    },
                    false);
        }
        return drifted;
    }

    private List<Setting> configuration(Optional<Restorable> back) throws IOException {
        Optional<ReleaseRecord> release =
                back.isPresent() ? history.find(back.get().id()) : Optional.empty();
        return release.isEmpty()
                ? List.of()
                : SettingsDelta.between(
                        environment.definition().resolved(), release.get().resolvedServiceFile());
    }

    private static List<String> names(List<RunCommand> commands) {
        return commands.stream().map(RunCommand::name).toList();
    }

    /** How long earlier rollbacks took, by themselves and by hand; shortest first. */
    private List<Duration> earlier() throws IOException {
        List<Duration> earlier = new ArrayList<>();
        for (ReleaseRecord record : history.newest(REMEMBERED)) {
            Optional<IncidentTimeline> incident =
                    record.incident().filter(found -> found.verified().isPresent());
            incident.ifPresent(found -> earlier.add(
                    Duration.between(found.decided(), found.verified().orElseThrow())));
        }
        earlier.sort(null);
        return earlier;
    }
}
