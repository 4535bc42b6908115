package io.jenkins.plugins.transparentdeploy.engine.release;

import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.Delta;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.Manifest;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.ManifestEntry;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.RootHash;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Measures on each host what an instance has, and compares it with what it should have. Changes nothing. */
public final class ConvergenceProof {
    private ConvergenceProof() {}

    /**
     * Measures; whoever does not answer is said to.
     *
     * @param wanted what each instance should have, by name; those that it does not name are not measured
     */
    public static Convergence measure(ManagedEnvironment environment, Map<String, InstanceState> wanted)
            throws IOException {
        List<ManagedInstance> instances = environment.instances().stream()
                .filter(instance -> wanted.containsKey(instance.name()))
                .toList();
        Collection<Convergence.Entry> entries = Concurrently.ask(
                        environment.atATime(),
                        instances,
                        instance -> entry(environment, instance, wanted.get(instance.name())))
                .values();
        return Convergence.of(environment.clock().instant(), List.copyOf(entries));
    }

    private static Convergence.Entry entry(
            ManagedEnvironment environment, ManagedInstance instance, InstanceState wanted) throws IOException {
        LeftOut absent = environment.absent().get(instance.name());
        if (absent != null) {
            return entry(
                    instance,
                    Optional.empty(),
                    wanted,
                    Optional.empty(),
                    Optional.of("cannot be reached: " + absent.reason()));
        }
        // What cannot be read here is no fault of the instance.
        Manifest manifest = instance.manifest(wanted);
        try {
            String hostId = instance.host().id().value();
            RootHash found = root(manifest, instance.target().plan(manifest));
            boolean same = found.equals(wanted.contentRoot());
            return entry(
                    instance,
                    Optional.of(hostId),
                    wanted,
                    Optional.of(found),
                    same ? Optional.empty() : Optional.of("has other content"));
        } catch (IOException | RefusedException e) {
            return entry(
                    instance,
                    Optional.empty(),
                    wanted,
                    Optional.empty(),
                    Optional.of("cannot be asked: " + environment.scrub(String.valueOf(e.getMessage()))));
        }
    }

    private static Convergence.Entry entry(
            ManagedInstance instance,
            Optional<String> hostId,
            InstanceState wanted,
            Optional<RootHash> found,
            Optional<String> reason) {
        return new Convergence.Entry(instance.name(), instance.hostName(), hostId, wanted.contentRoot(), found, reason);
    }

    /** The content root of what is there, from what would have to be done to make it what is wanted. */
    private static RootHash root(Manifest wanted, Delta toBeDone) {
        if (toBeDone.sameContent()) {
            return wanted.contentRoot();
        }
        Map<String, ManifestEntry> there = new TreeMap<>();
        wanted.entries().forEach(entry -> there.put(entry.path(), entry));
        toBeDone.created().forEach(entry -> there.remove(entry.path()));
        toBeDone.updated().forEach(change -> there.put(change.before().path(), change.before()));
        toBeDone.deleted().forEach(entry -> there.put(entry.path(), entry));
        return Manifest.of(new ArrayList<>(there.values())).contentRoot();
    }
}
