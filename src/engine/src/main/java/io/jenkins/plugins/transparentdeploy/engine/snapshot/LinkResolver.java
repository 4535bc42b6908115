package io.jenkins.plugins.transparentdeploy.engine.snapshot;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/**
 * Follows symbolic links as a kernel would, within a manifest. Looking at the text of a target alone is not enough:
 * {@code d -> .} makes {@code d/d/../..} leave the root, though its text does not.
 */
final class LinkResolver {
    /** As in Linux. */
    private static final int MAX_LINKS = 40;

    private final Manifest manifest;

    LinkResolver(Manifest manifest) {
        this.manifest = manifest;
    }

    /** The first link that leads out of the root, or round in a circle. One that leads to nothing is no escape. */
    Optional<SymlinkEntry> firstEscaping() {
        for (ManifestEntry entry : manifest.entries()) {
            if (entry instanceof SymlinkEntry link && escapes(link)) {
                return Optional.of(link);
            }
        }
        return Optional.empty();
    }

    private boolean escapes(SymlinkEntry link) {
        Deque<String> reached = new ArrayDeque<>();
        EntryPath.parentOf(link.path()).ifPresent(parent -> reached.addAll(Arrays.asList(parent.split("/"))));
        Deque<String> ahead = new ArrayDeque<>();
        if (!follow(link, ahead)) {
            return true;
        }
        int links = 1;
        while (!ahead.isEmpty()) {
            String name = ahead.removeFirst();
            if (name.isEmpty() || name.equals(".")) {
                continue;
            }
            if (name.equals("..")) {
                if (reached.pollLast() == null) {
                    return true;
                }
                continue;
            }
            reached.addLast(name);
            if (manifest.find(String.join("/", reached)).orElse(null) instanceof SymlinkEntry next) {
                reached.removeLast();
                if (++links > MAX_LINKS || !follow(next, ahead)) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Puts the names of the target ahead; false if it is absolute. */
    private static boolean follow(SymlinkEntry link, Deque<String> ahead) {
        List<String> names = Arrays.asList(link.target().split("/"));
        Iterator<String> backwards = new ArrayDeque<>(names).descendingIterator();
        backwards.forEachRemaining(ahead::addFirst);
        return !link.target().startsWith("/");
    }
}
