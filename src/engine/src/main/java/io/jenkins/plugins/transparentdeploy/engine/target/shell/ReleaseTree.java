package io.jenkins.plugins.transparentdeploy.engine.target.shell;

import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.DirectoryEntry;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.FileMode;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.ManagedPaths;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.ManagedPaths.PlainPath;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.Manifest;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.ManifestEntry;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.Owner;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a release directory has: the release, and the directories that hold a link to something shared, or something of the
 * application's own, where the release has none.
 *
 * @param manifest the managed entries that are there
 * @param links paths of links to what releases share
 * @param own paths of directories that are the application's own
 */
record ReleaseTree(Manifest manifest, List<PlainPath> links, List<String> own) {
    private static final FileMode OPEN = new FileMode(0755);

    /** @throws RefusedException if the release has something in the way of a link */
    static ReleaseTree of(Manifest release, ManagedPaths managed) {
        Map<String, ManifestEntry> entries = new TreeMap<>();
        release.entries().forEach(entry -> entries.put(entry.path(), entry));
        for (PlainPath link : managed.sharedPaths()) {
            String obstacle = addAbove(link.path(), entries);
            if (obstacle != null) {
                throw new RefusedException(
                        "The shared path '" + link.path() + "' cannot be a link, for '" + obstacle
                                + "' is no directory in the release",
                        "Correct shared: of the target, or what the artifact has there");
            }
        }
        List<String> own = new ArrayList<>();
        for (PlainPath directory : managed.excludedDirectories()) {
            if (addAbove(directory.path(), entries) == null) {
                own.add(directory.path());
            }
        }
        return new ReleaseTree(Manifest.of(entries.values()), managed.sharedPaths(), own);
    }

    /** @return what is in the way, or null if nothing is */
    private static String addAbove(String path, Map<String, ManifestEntry> entries) {
        for (int slash = path.indexOf('/'); slash >= 0; slash = path.indexOf('/', slash + 1)) {
            String above = path.substring(0, slash);
            if (!(entries.computeIfAbsent(above, missing -> new DirectoryEntry(missing, OPEN, Owner.UNKNOWN))
                    instanceof DirectoryEntry)) {
                return above;
            }
        }
        return null;
    }
}
