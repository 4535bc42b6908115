package io.jenkins.plugins.transparentdeploy.engine.release;

import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import io.jenkins.plugins.transparentdeploy.engine.storage.DurableFiles;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * Where a host keeps what this program knows: the only class that knows the layout above a single environment.
 *
 * <pre>
 * host-id
 * whereabouts.json                         see {@link io.jenkins.plugins.transparentdeploy.engine.host.Whereabouts}
 * store/                                   objects, when the target is on the same filesystem
 * runs/&lt;run&gt;/                              requests, events and results of detached processes
 * services/&lt;service&gt;/&lt;environment&gt;/        see {@link EnvironmentDirectory}
 * </pre>
 */
public record StateDirectory(Path root) {

    /** Where objects are that need not be near the files they are of. */
    public Path store() {
        return root.resolve("store");
    }

    /**
     * Opens a state directory, creating it for its owner alone when it is missing.
     *
     * @throws RefusedException when it cannot be created or written
     */
    public static StateDirectory open(Path root) throws IOException {
        Path named = root.toAbsolutePath().normalize();
        // It may have been moved to a larger disk, with a link in its place.
        Path absolute = Files.isSymbolicLink(named) && Files.exists(named) ? named.toRealPath() : named;
        try {
            if (!Files.isDirectory(absolute)) {
                DurableFiles.createDirectories(absolute.getParent());
                createPrivate(absolute);
            }
        } catch (FileAlreadyExistsException e) {
            if (!Files.isDirectory(absolute)) {
                throw cannotWrite(absolute, e);
            }
        } catch (java.nio.file.FileSystemException e) {
            throw cannotWrite(absolute, e);
        }
        if (!Files.isWritable(absolute)) {
            throw cannotWrite(absolute, null);
        }
        StateDirectory state = new StateDirectory(absolute);
        // Requests and records are nobody else's business, whoever made the directory around them.
        createPrivateIfMissing(state.runs());
        createPrivateIfMissing(state.services());
        return state;
    }

    private static void createPrivate(Path directory) throws IOException {
        Files.createDirectory(
                directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        DurableFiles.fsyncDirectory(directory.getParent());
    }

    private static void createPrivateIfMissing(Path directory) throws IOException {
        try {
            createPrivate(directory);
        } catch (FileAlreadyExistsException e) {
            // By an earlier run, or by another process just now.
        }
    }

    private static RefusedException cannotWrite(Path root, IOException cause) {
        return new RefusedException(
                "The state directory " + root + " cannot be written",
                "Give it to the user that deploys, or name another with --state-dir",
                cause);
    }

    /** Detached runs. */
    public Path runs() {
        return root.resolve("runs");
    }

    /** Services and their environments. */
    public Path services() {
        return root.resolve("services");
    }

    /**
     * The part that belongs to one service in one environment.
     *
     * @throws RefusedException when a name would lead anywhere else
     */
    public EnvironmentDirectory environment(String service, String environment) {
        Path directory = services().resolve(service).resolve(environment).normalize();
        if (!directory.startsWith(services())
                || directory.getNameCount() != services().getNameCount() + 2) {
            throw new RefusedException(
                    "'" + service + "/" + environment + "' cannot be a service and its environment",
                    "Use names of letters, digits, '.', '_' and '-'");
        }
        return new EnvironmentDirectory(directory);
    }
}
