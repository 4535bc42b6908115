package io.jenkins.plugins.transparentdeploy.engine.target;

import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import io.jenkins.plugins.transparentdeploy.engine.storage.DurableFiles;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Where things are in a target of releases; the only class that knows.
 *
 * @param root absolute path of the target
 */
public record ReleasesLayout(Path root) {
    private static final String RELEASES = "releases";
    private static final String SHARED = "shared";

    Path releases() {
        return root.resolve(RELEASES);
    }

    Path shared() {
        return root.resolve(SHARED);
    }

    Path current() {
        return root.resolve("current");
    }

    ReleaseDirectory release(String name) {
        return new ReleaseDirectory(releases().resolve(name));
    }

    /** What {@code current} says when this release is live. */
    String linkTo(ReleaseDirectory release) {
        return RELEASES + "/" + release.name();
    }

    /** From a link at this path inside a release to the shared thing of the same path. */
    public static String linkToShared(String path) {
        long names = path.chars().filter(c -> c == '/').count() + 1;
        return "../".repeat((int) names + 1) + SHARED + "/" + path;
    }

    /** What {@code current} says; empty if there is none. */
    Optional<String> currentLink() throws IOException {
        return Files.isSymbolicLink(current())
                ? Optional.of(Files.readSymbolicLink(current()).toString())
                : Optional.empty();
    }

    /**
     * The release that is live; empty if none is.
     *
     * @throws RefusedException if {@code current} is no link, or leads to no directory in {@code releases/}
     */
    Optional<ReleaseDirectory> live() throws IOException {
        Optional<String> link = currentLink();
        if (link.isEmpty()) {
            if (Files.exists(current(), LinkOption.NOFOLLOW_LINKS)) {
                throw new RefusedException(
                        current() + " is not a symbolic link, so it cannot be switched",
                        "Move it to " + releases().resolve("initial") + " and make a link to that, or deploy to another"
                                + " directory");
            }
            return Optional.empty();
        }
        Path destination = root.resolve(link.get()).normalize();
        boolean inReleases = destination.toAbsolutePath().getParent() != null
                && Files.isDirectory(destination, LinkOption.NOFOLLOW_LINKS)
                && destination.getParent().toRealPath().equals(existingReleases());
        if (!inReleases) {
            throw new RefusedException(
                    current() + " leads to " + destination + ", which is no directory in " + releases(),
                    "Let it lead to a directory there, or remove the link if nothing is live");
        }
        return Optional.of(release(destination.getFileName().toString()));
    }

    /** All releases, the youngest first, without partial ones. */
    List<ReleaseDirectory> all() throws IOException {
        record Aged(ReleaseDirectory release, FileTime age) {}
        List<Aged> found = new ArrayList<>();
        for (Path path : visibleDirectories()) {
            if (!path.getFileName().toString().endsWith(ReleaseDirectory.PARTIAL)) {
                ReleaseDirectory release = new ReleaseDirectory(path);
                found.add(new Aged(release, release.age()));
            }
        }
        Comparator<Aged> byAge = Comparator.comparing(Aged::age);
        found.sort(byAge.thenComparing(aged -> aged.release().name()).reversed());
        return found.stream().map(Aged::release).toList();
    }

    /** Removes what a crash left of releases that were being filled or removed. */
    void removePartial() throws IOException {
        for (Path path : visibleDirectories()) {
            if (path.getFileName().toString().endsWith(ReleaseDirectory.PARTIAL)) {
                DurableFiles.deleteTree(path);
            }
        }
    }

    /** Makes {@code current} say this with one rename, or removes it; durable on return. */
    void switchTo(Optional<String> link) throws IOException {
        if (link.isEmpty()) {
            Files.deleteIfExists(current());
            DurableFiles.fsyncDirectory(root);
            return;
        }
        Path fresh = root.resolve(".current.new");
        Files.deleteIfExists(fresh);
        Files.createSymbolicLink(fresh, root.getFileSystem().getPath(link.get()));
        Files.move(fresh, current(), StandardCopyOption.ATOMIC_MOVE);
        DurableFiles.fsyncDirectory(root);
    }

    private Path existingReleases() throws IOException {
        return Files.isDirectory(releases()) ? releases().toRealPath() : releases();
    }

    private List<Path> visibleDirectories() throws IOException {
        List<Path> directories = new ArrayList<>();
        if (Files.isDirectory(releases())) {
            try (DirectoryStream<Path> children = Files.newDirectoryStream(releases())) {
                for (Path child : children) {
                    if (Files.isDirectory(child, LinkOption.NOFOLLOW_LINKS)
                            && !child.getFileName().toString().startsWith(".")) {
                        directories.add(child);
                    }
                }
            }
        }
        return directories;
    }
}
