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
        Set<String> replaced = new TreeSet<>();
        delta.updated().stream()
                .filter(Delta.Change::contentChanges)
                .forEach(change -> replaced.add(change.before().path()));
        delta.deleted().stream().map(ManifestEntry::path).forEach(replaced::add);
        // Where each release has a directory of its own, everything is written anew.
        boolean all = instance.target() instanceof ReleasesTarget && !delta.isEmpty();
        return sentence(instance, found(instance, path -> all || replaced.contains(path)), "a release replaces");
    }

    /** What is live and in no snapshot, as a sentence without a full stop; empty if nothing, as far as is known. */
    public static Optional<String> notKept(ManagedInstance instance) {
        return sentence(instance, found(instance, path -> true), "a snapshot keeps");
    }

    private interface Concerned {
        boolean concerns(String path);
    }

    /** What cannot be found out is not warned of, and no reason for a release to fail. */
    private static Set<String> found(ManagedInstance instance, Concerned concerned) {
        ManagedPaths managed = instance.definition().target().managed();
        Path live = instance.definition().target().live();
        Set<String> found = new TreeSet<>();
        // What is on another host, or is a matter of commands, is not looked through.
        if (managed.attributes()
                || instance.definition().host().isPresent()
                || !instance.definition().target().holdsFiles()
                || !Files.isDirectory(live)) {
            return found;
        }
        Map<String, Set<String>> names;
        try {
            names = HiddenAttributes.below(live.toRealPath()).orElse(Map.of());
        } catch (IOException unknown) {
            return found;
        }
        ManagedPaths.Matcher notManaged = managed.matcher();
        names.forEach((path, attributes) -> {
            if (!path.isEmpty() && !notManaged.excludes(path) && concerned.concerns(path)) {
                found.add(path + " ("
                        + attributes.stream().map(HiddenAttributes::describe).collect(Collectors.joining(", ")) + ")");
            }
        });
        return found;
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
