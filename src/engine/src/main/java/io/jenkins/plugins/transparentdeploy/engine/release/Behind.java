package io.jenkins.plugins.transparentdeploy.engine.release;

import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.Manifest;
import io.jenkins.plugins.transparentdeploy.engine.target.Drift;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The instances that are not as the live release wants them, found out without changing anything.
 *
 * @param live the record that last took effect
 * @param wanted what each instance that serves should have, by name
 * @param instances those to be brought there, in the order of the service file
 * @param differing those of them that have other content
 * @param serving those of them that run nonetheless
 * @param changedByOthers those that are left alone, for somebody else changed them; each with what
 */
public record Behind(
        ManagedEnvironment environment,
        ReleaseRecord live,
        Map<String, InstanceState> wanted,
        List<String> instances,
        List<String> differing,
        List<String> serving,
        Map<String, String> changedByOthers) {

    /**
     * Finds them. Hosts that cannot be reached are left out, however many.
     *
     * @param force whether what somebody else changed is to be overwritten
     * @throws RefusedException when nothing is live, nobody knows what should be, or no host can be reached
     */
    public static Behind find(ManagedEnvironment environment, boolean force) throws IOException {
        ReleaseRecord live = live(environment);
        environment.checkTargets(true);
        Map<String, InstanceState> wanted = wanted(environment, live);
        List<ManagedInstance> present = environment.present().stream()
                .filter(instance -> wanted.containsKey(instance.name()))
                .toList();
        Set<String> parked = environment.parked();
        Map<ManagedInstance, Look> looks = Concurrently.ask(
                environment.atATime(), present, instance -> look(instance, wanted.get(instance.name())));
        Map<String, String> changedByOthers = force ? Map.of() : changedByOthers(environment);
        List<String> behind = new ArrayList<>();
        List<String> differing = new ArrayList<>();
        List<String> serving = new ArrayList<>();
        looks.forEach((instance, look) -> {
            String name = instance.name();
            boolean down = !look.runs() && !parked.contains(name);
            if (changedByOthers.containsKey(name)
                    || look.same() && !down && !live.leftOut().containsKey(name)) {
                return;
            }
            behind.add(name);
            if (!look.same()) {
                differing.add(name);
            }
            if (look.runs() && !live.leftOut().containsKey(name)) {
                serving.add(name);
            }
        });
        return new Behind(environment, live, wanted, behind, differing, serving, changedByOthers);
    }

    private static ReleaseRecord live(ManagedEnvironment environment) throws IOException {
        if (environment.history().broken().isPresent()) {
            throw new RefusedException(
                    "The last rollback of " + environment.name() + " failed, so nobody knows what is to be live",
                    "Run 'tdeploy rollback' again: it goes on to what that was to bring back");
        }
        return environment
                .history()
                .live()
                .orElseThrow(() ->
                        new RefusedException("Nothing is live in " + environment.name(), "Release something first"));
    }

    /** A machine that was added since gets what the whole release is. */
    private static Map<String, InstanceState> wanted(ManagedEnvironment environment, ReleaseRecord live)
            throws IOException {
        Optional<InstanceState> content = environment.history().content(live).content();
        Map<String, InstanceState> wanted = new LinkedHashMap<>();
        for (ManagedInstance instance : Slots.instances(environment, live.slot())) {
            if (live.instances().containsKey(instance.name())) {
                wanted.put(instance.name(), live.instances().get(instance.name()));
            } else if (content.isPresent()) {
                Manifest whole = instance.manifest(content.get());
                wanted.put(instance.name(), instance.stateOf(instance.target().managedPart(whole)));
            }
        }
        return wanted;
    }

    private record Look(boolean same, boolean runs) {}

    private static Look look(ManagedInstance instance, InstanceState wanted) throws IOException {
        return new Look(
                instance.target().plan(instance.manifest(wanted)).sameContent(),
                instance.process().isRunning());
    }

    private static Map<String, String> changedByOthers(ManagedEnvironment environment) throws IOException {
        Map<String, String> changed = new LinkedHashMap<>();
        for (Map.Entry<String, List<Drift>> found : Drifts.find(environment).entrySet()) {
            String what = Drifts.describe(found.getValue());
            changed.put(found.getKey(), what);
            environment.tell(
                    ReleaseEvent.Type.WARNING,
                    found.getKey(),
                    "left as it is, for somebody else changed it: " + what + ". With --force it is overwritten,"
                            + " after a snapshot",
                    Map.of());
        }
        return changed;
    }

    /**
     * Measures again, and notes in the record of the live release how all are, and which it goes on without.
     *
     * @param failures what could not be brought there, each with the reason
     */
    public Convergence noted(Map<String, String> failures) throws IOException {
        Convergence measured = ConvergenceProof.measure(environment, wanted).and(failures);
        Map<String, LeftOut> leftOut = new LinkedHashMap<>(live.leftOut());
        Set<String> brought = new LinkedHashSet<>(instances);
        brought.removeAll(failures.keySet());
        leftOut.keySet().removeAll(brought);
        failures.forEach((instance, why) -> leftOut.put(
                instance,
                new LeftOut(environment.instance(instance).hostName(), LeftOut.When.FAILED, environment.scrub(why))));
        ReleaseRecord now = environment.history().find(live.id()).orElse(live);
        boolean known = now.leftOut().equals(leftOut)
                && now.convergence().map(Convergence::instances).equals(Optional.of(measured.instances()));
        if (known) {
            return measured;
        }
        environment
                .history()
                .write(now.copy()
                        .instances(wholeOf(now))
                        .leftOut(leftOut)
                        .convergence(measured)
                        .build());
        return measured;
    }

    private Map<String, InstanceState> wholeOf(ReleaseRecord record) {
        Map<String, InstanceState> states = new LinkedHashMap<>(wanted);
        states.putAll(record.instances());
        return states;
    }
}
