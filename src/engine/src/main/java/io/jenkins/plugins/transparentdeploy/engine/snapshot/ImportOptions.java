package io.jenkins.plugins.transparentdeploy.engine.snapshot;

import io.jenkins.plugins.transparentdeploy.engine.RefusedException;

/**
 * How an artifact becomes a tree.
 *
 * @param unpack whether an archive is unpacked; if not, the artifact is one file under its own name
 * @param stripComponents how many leading names are taken off every path, as {@code tar --strip-components} does
 */
public record ImportOptions(boolean unpack, int stripComponents) {
    /** Archives are unpacked, paths stay. */
    public static final ImportOptions DEFAULT = new ImportOptions(true, 0);

    public ImportOptions {
        if (stripComponents < 0) {
            throw new RefusedException(
                    "The number of path components to strip is " + stripComponents, "Strip 0 or more components");
        }
    }
}
