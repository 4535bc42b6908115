package io.jenkins.plugins.transparentdeploy.engine.target.served;

import io.jenkins.plugins.transparentdeploy.engine.snapshot.ManagedPaths;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/**
 * A target on a host, as the host is told of it.
 *
 * @param kind which
 * @param root its directory there; absolute
 * @param shared patterns, as in {@link ManagedPaths}
 * @param exclude patterns, as in {@link ManagedPaths}
 * @param attributes whether extended attributes are kept
 * @param keep how many releases stay; of no meaning for a directory in place
 */
public record Place(Kind kind, String root, List<String> shared, List<String> exclude, boolean attributes, int keep) {
    /** What it is there. */
    public enum Kind {
        /** A directory that is changed in place. */
        DIRECTORY("directory"),
        /** Releases behind one atomic link. */
        RELEASES("releases");

        private final String key;

        Kind(String key) {
            this.key = key;
        }

        String key() {
            return key;
        }
    }

    public Place {
        Objects.requireNonNull(kind, "kind");
        Objects.requireNonNull(root, "root");
        shared = List.copyOf(shared);
        exclude = List.copyOf(exclude);
    }

    public static Place of(Kind kind, Path root, ManagedPaths managed, int keep) {
        return new Place(kind, root.toString(), managed.shared(), managed.exclude(), managed.attributes(), keep);
    }

    ManagedPaths managed() {
        return new ManagedPaths(shared, exclude, attributes);
    }
}
