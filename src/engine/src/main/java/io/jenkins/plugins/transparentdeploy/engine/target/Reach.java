package io.jenkins.plugins.transparentdeploy.engine.target;

import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.ManagedPaths;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What releases to a target change and remove: all that is managed below a directory, whoever put it there.
 *
 * @param root a real path, or an absolute one of another machine
 */
public record Reach(Path root, ManagedPaths managed) {
    /** What this program keeps in a state directory. */
    private static final List<String> KEPT = List.of("services", "runs", "store", "targets");

    /** Of a directory that is changed in place. */
    public static Reach ofDirectory(Path root, ManagedPaths managed) {
        return new Reach(root, managed);
    }

    /** Of a directory of releases: old ones are removed with all that is in them, and nothing else is touched. */
    public static Reach ofReleases(Path root) {
        return new Reach(new ReleasesLayout(root).releases(), ManagedPaths.ALL);
    }

    /** Whether what lies there can be taken away by a release. */
    public boolean includes(Path path) {
        return path.startsWith(root)
                && !managed.matcher().excludes(root.relativize(path).toString());
    }

    /**
     * Makes sure that releases do not take away what is known of them, and are not taken for it.
     *
     * @param stateDirectory on this machine; need not exist yet
     * @throws RefusedException when one of the two lies in the other
     */
    public void refuseStateDirectory(Path stateDirectory) throws IOException {
        Path state = real(stateDirectory);
        Path target = real(root);
        if (new Reach(target, managed).includes(state)) {
            throw new RefusedException(
                    "The state directory " + stateDirectory + " is inside " + root
                            + ", which releases change: they would remove the records of all releases",
                    "Name another with --state-dir, or let 'exclude:' of a target that is changed in place name it");
        }
        for (String kept : KEPT) {
            if (target.startsWith(state.resolve(kept))) {
                throw new RefusedException(
                        "The target " + root + " is inside the state directory " + stateDirectory
                                + ", where the records of releases are",
                        "Deploy to another directory");
            }
        }
    }

    /** Also of what does not exist yet: through the links on the way there. */
    private static Path real(Path path) throws IOException {
        Path absolute = path.toAbsolutePath().normalize();
        Path existing = absolute;
        while (!Files.exists(existing)) {
            existing = existing.getParent();
        }
        return existing.toRealPath().resolve(existing.relativize(absolute));
    }
}
