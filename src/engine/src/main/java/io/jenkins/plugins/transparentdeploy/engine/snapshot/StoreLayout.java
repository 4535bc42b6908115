package io.jenkins.plugins.transparentdeploy.engine.snapshot;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * Where things are in a store; the only class that knows.
 *
 * @param root directory of the store
 */
record StoreLayout(Path root) {
    private static final int SHARD_DIGITS = 2;

    Path objects() {
        return root.resolve("objects");
    }

    Path object(ContentId id) {
        return objects()
                .resolve(id.hex().substring(0, SHARD_DIGITS))
                .resolve(id.hex().substring(SHARD_DIGITS));
    }

    /** The id of the object that a file is, whose name and shard it is made of. */
    ContentId idOf(Path object) {
        return new ContentId(object.getParent().getFileName().toString() + object.getFileName());
    }

    Path bundles() {
        return root.resolve("bundles");
    }

    /** Notes of those who need the store. */
    Path users() {
        return root.resolve("users");
    }

    Path user(Path stateDirectory) {
        return users().resolve(ContentId.of(stateDirectory.toString().getBytes(StandardCharsets.UTF_8))
                .hex());
    }

    /** Where files go that cannot be trusted any more. */
    Path damaged() {
        return root.resolve("damaged");
    }

    Path staging() {
        return root.resolve("staging");
    }

    /** The stat index of a tree; trees are told apart by their real path. */
    Path index(Path treeRoot) {
        return indexNamed(treeRoot.toString());
    }

    /** The same for a scan that looks at extended attributes too: it makes other manifests. */
    Path indexWithAttributes(Path treeRoot) {
        return indexNamed(treeRoot + "\0attributes");
    }

    /** What is remembered of a tree on another machine. */
    Path indexElsewhere(String tree) {
        return indexNamed(tree + "\0elsewhere");
    }

    private Path indexNamed(String what) {
        return indexes()
                .resolve(ContentId.of(what.getBytes(StandardCharsets.UTF_8)).hex());
    }

    Path indexes() {
        return root.resolve("index");
    }
}
