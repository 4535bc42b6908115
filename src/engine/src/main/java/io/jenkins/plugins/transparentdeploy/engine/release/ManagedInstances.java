package io.jenkins.plugins.transparentdeploy.engine.release;

import io.jenkins.plugins.transparentdeploy.engine.host.Host;
import io.jenkins.plugins.transparentdeploy.engine.service.EnvironmentDefinition;
import io.jenkins.plugins.transparentdeploy.engine.service.HostDefinition;
import io.jenkins.plugins.transparentdeploy.engine.service.InstanceDefinition;
import io.jenkins.plugins.transparentdeploy.engine.service.TargetDefinition;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.ManagedPaths;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.SnapshotStore;
import io.jenkins.plugins.transparentdeploy.engine.target.Reach;
import io.jenkins.plugins.transparentdeploy.engine.target.Target;
import io.jenkins.plugins.transparentdeploy.engine.target.served.Place;
import io.jenkins.plugins.transparentdeploy.engine.target.served.ServedTarget;
import io.jenkins.plugins.transparentdeploy.engine.target.shell.Ownership;
import io.jenkins.plugins.transparentdeploy.engine.target.shell.ReleaseForms;
import io.jenkins.plugins.transparentdeploy.engine.target.shell.ShellReleasesTarget;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Opens the instances of an environment: each with its host, its target, and the store that its objects are in. */
final class ManagedInstances {
    private final ManagedEnvironment opened;
    private final EnvironmentDefinition definition;
    private final StateDirectory state;
    private final Host here;
    private final HostConnector connector;
    private final boolean takeOver;
    private final HostProgram.Origin program;
    private final Map<Path, SnapshotStore> stores = new HashMap<>();
    private final Map<HostConnector.Machine, HostProgram> programs = new HashMap<>();
    private final Map<ManagedPaths, ReleaseForms> forms = new HashMap<>();

    /** @param opened of which targets may make use once something is asked of them */
    ManagedInstances(EnvironmentBuilder builder, ManagedEnvironment opened) {
        this.opened = opened;
        this.definition = builder.definition;
        this.state = builder.state;
        this.here = builder.host;
        this.connector = builder.connector;
        this.takeOver = builder.takeOver;
        this.program = builder.program;
    }

    /** Where the objects of an instance are: near its files, or with the records when its files are elsewhere. */
    static Path storeOf(StateDirectory state, InstanceDefinition instance) throws IOException {
        return instance.host().isPresent() ? state.store() : Targets.store(state, instance.target());
    }

    List<ManagedInstance> open() throws IOException {
        List<ManagedInstance> instances = new ArrayList<>();
        for (InstanceDefinition instance : definition.instances()) {
            instances.add(instance.host().isPresent() ? remote(instance) : local(instance));
        }
        return List.copyOf(instances);
    }

    private SnapshotStore store(InstanceDefinition instance) throws IOException {
        Path location = storeOf(state, instance);
        SnapshotStore store = stores.get(location);
        if (store == null) {
            store = SnapshotStore.open(location);
            store.register(state.root());
            stores.put(location, store);
        }
        return store;
    }

    private ManagedInstance local(InstanceDefinition instance) throws IOException {
        Optional<Reach> reach =
                Targets.reach(instance.target(), instance.target().root());
        if (reach.isPresent()) {
            reach.get().refuseStateDirectory(state.root());
        }
        SnapshotStore store = store(instance);
        Path directory = state.environment(definition.service(), definition.environment())
                .instance(instance.name());
        return new ManagedInstance(
                instance,
                here,
                Targets.open(instance, store, opened, directory),
                store,
                InstanceProcess.here(here, directory, instance.process()));
    }

    private ManagedInstance remote(InstanceDefinition instance) throws IOException {
        SnapshotStore store = store(instance);
        HostDefinition host = instance.host().orElseThrow();
        HostConnector.Machine machine = connector.machine(host);
        Path directory =
                Path.of("services", definition.service(), definition.environment(), "instances", instance.name());
        return new ManagedInstance(
                instance,
                machine.host(),
                isServed(instance.target(), host)
                        ? served(instance.target(), machine, store)
                        : asked((TargetDefinition.Releases) instance.target(), machine, store),
                store,
                InstanceProcess.on(machine.host(), directory, instance.process()));
    }

    /** What a shell alone can do takes no Java. */
    private static boolean isServed(TargetDefinition target, HostDefinition host) {
        return host.java() == HostDefinition.JavaUse.ALWAYS || !(target instanceof TargetDefinition.Releases);
    }

    private Target asked(TargetDefinition.Releases releases, HostConnector.Machine machine, SnapshotStore store)
            throws IOException {
        return new ShellReleasesTarget(
                machine.shell(),
                releases.root(),
                releases.managed(),
                forms.computeIfAbsent(releases.managed(), ReleaseForms::new),
                store,
                releases.keep(),
                ownership());
    }

    private Target served(TargetDefinition target, HostConnector.Machine machine, SnapshotStore store)
            throws IOException {
        Place place = target instanceof TargetDefinition.Releases releases
                ? Place.of(Place.Kind.RELEASES, releases.root(), releases.managed(), releases.keep())
                : Place.of(Place.Kind.DIRECTORY, target.root(), target.managed(), 1);
        return new ServedTarget(
                machine.shell(),
                place,
                store,
                programs.computeIfAbsent(machine, on -> new HostProgram(on, program)),
                ownership());
    }

    private Ownership ownership() throws IOException {
        return new Ownership(here.id(), here.name() + " (" + state.root() + ")", takeOver);
    }
}
