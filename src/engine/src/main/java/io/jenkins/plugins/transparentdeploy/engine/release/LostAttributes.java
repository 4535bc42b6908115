package io.jenkins.plugins.transparentdeploy.engine.release;

import io.jenkins.plugins.transparentdeploy.engine.snapshot.Delta;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.HiddenAttributes;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.ManagedPaths;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.ManifestEntry;
import io.jenkins.plugins.transparentdeploy.engine.target.ReleasesTarget;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What of extended attributes, access control lists and capabilities a target that does not ask for them loses when its
 * files are replaced. Found where {@code getfattr} is installed.
 */
public final class LostAttributes {
    private static final int NAMED = 3;

    private LostAttributes() {}

    /** What a deployment would lose, as a sentence without a full stop; empty if nothing, as far as is known. */
    static Optional<String> by(Delta delta, ManagedInstance instance) {
        // Where each release has a directory of its own, everything is written anew.
        boolean all = instance.target() instanceof ReleasesTarget && !delta.isEmpty();
        return sentence(instance, all ? found(instance) : found(instance, replacedBy(delta)), "a release replaces");
    }

    private static HiddenAttributes.Paths replacedBy(Delta delta) {
        return taker -> {
            for (Delta.Change change : delta.updated()) {
                if (change.contentChanges()) {
                    taker.on(change.before().path());
                }
            }
            for (ManifestEntry entry : delta.deleted()) {
                taker.on(entry.path());
            }
        };
    }

    /** What is live and in no snapshot, as a sentence without a full stop; empty if nothing, as far as is known. */
    public static Optional<String> notKept(ManagedInstance instance) {
        return sentence(instance, found(instance), "a snapshot keeps");
    }

    private static Set<String> found(ManagedInstance instance) {
        ManagedPaths managed = instance.definition().target().managed();
        return found(instance, taker -> HiddenAttributes.managed(live(instance), managed)
                .giveTo(taker));
    }

    /** What cannot be found out is not warned of, and no reason for a release to fail. */
    private static Set<String> found(ManagedInstance instance, HiddenAttributes.Paths paths) {
        Set<String> found = new TreeSet<>();
        // What is on another host, or is a matter of commands, is not looked through.
        if (instance.definition().target().managed().attributes()
                || instance.definition().host().isPresent()
                || !instance.definition().target().holdsFiles()
                || !Files.isDirectory(instance.definition().target().live())) {
            return found;
        }
        try {
            HiddenAttributes.of(live(instance), paths)
                    .orElse(Map.of())
                    .forEach((path, attributes) -> found.add(path + " ("
                            + attributes.stream()
                                    .map(HiddenAttributes::describe)
                                    .collect(Collectors.joining(", "))
                            + ")"));
        } catch (IOException unknown) {
            return Set.of();
        }
        return found;
    }

    private static Path live(ManagedInstance instance) throws IOException {
        return instance.definition().target().live().toRealPath();
    }

    private static Optional<String> sentence(ManagedInstance instance, Set<String> found, String who) {
        if (found.isEmpty()) {
            return Optional.empty();
        }
        String named = found.stream().limit(NAMED).collect(Collectors.joining(", "));
        String more = found.size() > NAMED ? " and " + (found.size() - NAMED) + " more" : "";
        return Optional.of(instance.name() + " has files with attributes that " + who + " without: " + named + more
                + ". Let a hook set them, or ask for them with attributes: of the target");
    }
}
