package io.jenkins.plugins.transparentdeploy.engine.release;

import io.jenkins.plugins.transparentdeploy.engine.CorruptStateException;
import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import io.jenkins.plugins.transparentdeploy.engine.service.EnvironmentDefinition;
import io.jenkins.plugins.transparentdeploy.engine.service.InstanceDefinition;
import io.jenkins.plugins.transparentdeploy.engine.service.TargetDefinition;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.DirectoryEntry;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.ManagedPaths;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The other environments of a state directory: two of them in one directory would each take away what the other
 * brought. The directory is that of the environment that released there last; another one needs paths that the first does
 * not manage, or somebody who says that the first is released there no more. Changes nothing.
 *
 * @param state the state directory of the environment that asks
 * @param takeOver whether somebody has said so
 */
record Neighbours(StateDirectory state, boolean takeOver) {
    /** Where an instance has its files. @param machine empty for this one */
    private record Place(String machine, Path root) {}

    /** What is live in a neighbour, and how it is described. */
    private record Live(EnvironmentName name, ReleaseRecord release, EnvironmentDefinition definition) {}

    /**
     * Asks of each machine no more than is known of it already.
     *
     * @throws RefusedException when a directory is another environment's
     */
    void refuseTheirDirectories(ManagedEnvironment environment) throws IOException {
        if (takeOver) {
            return;
        }
        for (EnvironmentName name : EnvironmentName.allIn(state)) {
            Optional<Live> neighbour = isSame(name, environment) ? Optional.empty() : live(name);
            if (neighbour.isPresent()) {
                for (ManagedInstance instance : environment.present()) {
                    refuse(environment, instance, neighbour.get());
                }
            }
        }
    }

    private boolean isSame(EnvironmentName name, ManagedEnvironment environment) {
        return state.environment(name.service(), name.environment()).equals(environment.directory());
    }

    /** One whose records cannot be read says nothing; it finds that out itself. */
    private Optional<Live> live(EnvironmentName name) throws IOException {
        ReleaseHistory history = name.history(state);
        try {
            Optional<ReleaseRecord> live = history.live();
            return live.isEmpty()
                    ? Optional.empty()
                    : Optional.of(new Live(
                            name,
                            live.get(),
                            name.read(history.content(live.get()).resolvedServiceFile())));
        } catch (CorruptStateException | RefusedException unreadable) {
            return Optional.empty();
        }
    }

    private void refuse(ManagedEnvironment environment, ManagedInstance instance, Live neighbour) throws IOException {
        Place wanted = place(instance);
        for (InstanceDefinition theirs : neighbour.definition().instances()) {
            Optional<Place> there =
                    holdFiles(instance.definition(), theirs) ? place(theirs, neighbour.release()) : Optional.empty();
            boolean together = there.filter(wanted::equals).isPresent() && overlap(instance, theirs, neighbour);
            boolean nested = there.filter(place -> isNested(instance.definition(), wanted, theirs, place))
                    .isPresent();
            if ((together || nested) && !isOurs(environment, wanted, neighbour)) {
                throw new RefusedException(
                        ("The directory %s%s, to which %s is to be deployed, "
                                        + (together ? "is that of" : "lies in that of, or around that of,")
                                        + " %s, where %s of it is live; each would take away what the other brought")
                                .formatted(
                                        instance.definition().target().root(),
                                        instance.isRemote() ? " on " + instance.hostName() : "",
                                        environment.name(),
                                        neighbour.name(),
                                        neighbour.release().version()),
                        "Give one of them another directory, or exclude from each what is the other's; if "
                                + neighbour.name()
                                + " is deployed there no more, take it over with --take-over (in a Jenkinsfile, takeOver: true)");
            }
        }
    }

    /** Of two directories one may be in the other if releases to the outer one leave it alone. */
    private static boolean isNested(InstanceDefinition ours, Place wanted, InstanceDefinition theirs, Place there) {
        return wanted.machine().equals(there.machine())
                && !wanted.equals(there)
                && (reaches(ours, wanted, there) || reaches(theirs, there, wanted));
    }

    private static boolean reaches(InstanceDefinition outer, Place place, Place inner) {
        return Targets.reach(outer.target(), place.root())
                .filter(reach -> reach.includes(inner.root()))
                .isPresent();
    }

    private static boolean holdFiles(InstanceDefinition ours, InstanceDefinition theirs) {
        return ours.target().holdsFiles() && theirs.target().holdsFiles();
    }

    private static Place place(ManagedInstance instance) throws IOException {
        Path root = instance.definition().target().root();
        return instance.isRemote()
                ? new Place(instance.host().id().value(), root.normalize())
                : new Place("", real(root));
    }

    /** Empty if nobody measured on which machine that was. */
    private static Optional<Place> place(InstanceDefinition theirs, ReleaseRecord release) throws IOException {
        Path root = theirs.target().root();
        if (theirs.host().isEmpty()) {
            return Optional.of(new Place("", real(root)));
        }
        return release.convergence().stream()
                .flatMap(convergence -> convergence.instances().stream())
                .filter(entry -> entry.instance().equals(theirs.name()))
                .flatMap(entry -> entry.hostId().stream())
                .findFirst()
                .map(machine -> new Place(machine, root.normalize()));
    }

    private static Path real(Path root) throws IOException {
        return Files.exists(root) ? root.toRealPath() : root.toAbsolutePath().normalize();
    }

    /** A directory that is changed in place may be shared by those of which neither manages what the other brings. */
    private static boolean overlap(ManagedInstance instance, InstanceDefinition theirs, Live neighbour)
            throws IOException {
        boolean inPlace = instance.definition().target() instanceof TargetDefinition.InPlace
                && theirs.target() instanceof TargetDefinition.InPlace;
        InstanceState state = neighbour.release().instances().get(theirs.name());
        if (!inPlace || state == null) {
            return true;
        }
        ManagedPaths.Matcher ours = instance.definition().target().managed().matcher();
        return instance.manifest(state).entries().stream()
                .anyMatch(entry -> !(entry instanceof DirectoryEntry) && !ours.excludes(entry.path()));
    }

    /** Whether this environment released there after the neighbour did: by then somebody had said that it may. */
    private static boolean isOurs(ManagedEnvironment environment, Place place, Live neighbour) throws IOException {
        Optional<ReleaseRecord> live = environment.history().live();
        if (live.isEmpty() || live.get().id().compareTo(neighbour.release().id()) < 0) {
            return false;
        }
        EnvironmentDefinition before =
                environment.definitionOf(environment.history().content(live.get()));
        for (InstanceDefinition instance : before.instances()) {
            if (place(instance, live.get()).filter(place::equals).isPresent()) {
                return true;
            }
        }
        return false;
    }
}
