package io.jenkins.plugins.transparentdeploy.engine.target;

import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.FileStat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Where the store of a target can be: on the target's own filesystem, so that a rename is a rename, and outside it. */
public final class StoreLocation {
    private static final String BESIDE = ".transparent-deploy";
    private static final String STORE = "store";

    private StoreLocation() {}

    /**
     * The store's directory, which need not exist yet: {@code stateDirectory/store} if that is on the target's filesystem,
     * else {@code .transparent-deploy/store} in the nearest directory above the target where this user can make it.
     * Deterministic as long as permissions are. For a target with a directory of releases, pass that directory
     * ({@code root/releases}, or where it will be): the store may then be in the target's root.
     *
     * @throws RefusedException if only the target's own mount could hold it, or no directory above it is writable
     */
    public static Path forTarget(Path stateDirectory, Path targetRoot) throws IOException {
        Preflight.requirePosix(targetRoot);
        Path target = targetRoot.toAbsolutePath().normalize();
        Path state = stateDirectory.toAbsolutePath().normalize();
        long device = deviceOf(target);
        if (deviceOf(state) == device && !state.startsWith(target)) {
            return state.resolve(STORE);
        }
        Path parent = target.getParent();
        if (parent == null || deviceOf(parent) != device) {
            throw new RefusedException(
                    "The target " + target + " is a mount point; only itself could hold what is staged for it",
                    "Deploy to a directory inside it");
        }
        for (Path candidate = parent;
                candidate != null && deviceOf(candidate) == device;
                candidate = candidate.getParent()) {
            Path beside = candidate.resolve(BESIDE);
            if (Files.isWritable(beside) || !Files.exists(beside) && Files.isWritable(nearestExisting(candidate))) {
                return beside.resolve(STORE);
            }
        }
        throw new RefusedException(
                "No directory above the target " + target + " on its filesystem is writable by user "
                        + System.getProperty("user.name"),
                "Create " + parent.resolve(BESIDE) + " and let that user own it, or put the state directory on that"
                        + " filesystem");
    }

    private static long deviceOf(Path path) throws IOException {
        return FileStat.of(nearestExisting(path).toRealPath()).device();
    }

    private static Path nearestExisting(Path path) {
        Path candidate = path;
        while (!Files.exists(candidate)) {
            candidate = candidate.getParent();
        }
        return candidate;
    }
}
