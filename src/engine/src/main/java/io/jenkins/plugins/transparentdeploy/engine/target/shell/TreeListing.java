package io.jenkins.plugins.transparentdeploy.engine.target.shell;

import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.ContentId;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.DirectoryEntry;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.FileEntry;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.FileMode;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.ManagedPaths;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.Manifest;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.ManifestEntry;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.Owner;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.ScannedTree;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.SymlinkEntry;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Reads what {@code list.sh} says. Names come first, ended by NUL; lines about them are only read as lines about just these
 * names, so that a name with whatever in it is never taken for something else.
 */
final class TreeListing {
    private static final String HERE = "./";

    private final Answer answer;
    private final String place;
    private final ManagedPaths.Matcher notManaged;
    private final List<ManifestEntry> entries = new ArrayList<>();
    private final Set<String> directories = new HashSet<>();
    private final Set<String> withChildren = new HashSet<>();
    private final Set<String> holdingManaged = new HashSet<>();
    private final Set<String> holdingUnmanaged = new HashSet<>();

    /** @param place for messages: the directory that was listed, with its host */
    TreeListing(byte[] answer, String place, ManagedPaths managed) {
        this.answer = new Answer(answer, place);
        this.place = place;
        this.notManaged = managed.matcher();
    }

    /**
     * What was there; empty if a file changed while it was read.
     *
     * @throws RefusedException if something cannot be kept
     * @throws IOException if it is no such list
     */
    Optional<ScannedTree> read() throws IOException {
        try {
            readDirectories(answer.record());
            readFiles();
            readLinks();
            for (String other : answer.names()) {
                if (isManaged(path(other))) {
                    throw new RefusedException(
                            place + other.substring(1)
                                    + " is a socket, pipe or device, which cannot be kept in a snapshot",
                            "Remove it, or add '" + path(other) + "' to exclude: of the target");
                }
            }
            for (String unmanaged : answer.names()) {
                addUnmanaged(path(unmanaged));
            }
            if (answer.endsWith("changed")) {
                return Optional.empty();
            }
            answer.requireEnd("end");
            return Optional.of(tree());
        } catch (IllegalArgumentException | DateTimeException | ArithmeticException e) {
            throw answer.strange(e.getMessage());
        }
    }

    private void readDirectories(String device) throws IOException {
        for (String name : answer.names()) {
            String[] line = answer.lineAbout(name, 2);
            String path = path(name);
            if (!isManaged(path)) {
                addUnmanaged(path);
                continue;
            }
            if (!line[1].equals(device)) {
                throw new RefusedException(
                        place + "/" + path + " is a mount point inside " + place,
                        "Add '" + path + "/**' to shared: or exclude: of the target, or unmount it");
            }
            entries.add(new DirectoryEntry(path, FileMode.parse(line[0]), Owner.UNKNOWN));
            directories.add(path);
            parent(path).ifPresent(withChildren::add);
        }
    }

    private void readFiles() throws IOException {
        List<String> names = answer.names();
        List<String[]> stats = new ArrayList<>();
        for (String name : names) {
            stats.add(answer.lineAbout(name, 3));
        }
        for (int i = 0; i < names.size(); i++) {
            ContentId content = new ContentId(answer.digestOf(names.get(i)));
            String path = path(names.get(i));
            String[] stat = stats.get(i);
            addLeaf(new FileEntry(
                    path, FileMode.parse(stat[0]), time(stat[1]), Owner.UNKNOWN, Long.parseLong(stat[2]), content));
        }
    }

    private void readLinks() throws IOException {
        for (String pair : answer.names()) {
            int end = pair.indexOf("//");
            if (end < 0) {
                throw answer.strange("a link without its target");
            }
            addLeaf(new SymlinkEntry(path(pair.substring(0, end)), pair.substring(end + 2)));
        }
    }

    private void addLeaf(ManifestEntry entry) {
        if (!isManaged(entry.path())) {
            addUnmanaged(entry.path());
            return;
        }
        entries.add(entry);
        addAbove(entry.path(), holdingManaged);
        parent(entry.path()).ifPresent(withChildren::add);
    }

    private void addUnmanaged(String path) {
        addAbove(path, holdingUnmanaged);
        parent(path).ifPresent(withChildren::add);
    }

    private ScannedTree tree() {
        for (String directory : directories) {
            if (!withChildren.contains(directory)) {
                holdingManaged.add(directory);
                addAbove(directory, holdingManaged);
            }
        }
        holdingUnmanaged.retainAll(directories);
        Set<String> incidental = new HashSet<>(holdingUnmanaged);
        incidental.removeAll(holdingManaged);
        return new ScannedTree(Manifest.of(entries), incidental, holdingUnmanaged);
    }

    private boolean isManaged(String path) {
        return !notManaged.excludes(path);
    }

    private static void addAbove(String path, Set<String> set) {
        for (Optional<String> above = parent(path); above.isPresent(); above = parent(above.get())) {
            set.add(above.get());
        }
    }

    private static Optional<String> parent(String path) {
        int slash = path.lastIndexOf('/');
        return slash < 0 ? Optional.empty() : Optional.of(path.substring(0, slash));
    }

    private String path(String name) throws IOException {
        if (!name.startsWith(HERE)) {
            throw answer.strange("a name that does not begin with " + HERE);
        }
        return name.substring(HERE.length());
    }

    private static Instant time(String text) {
        BigDecimal time = new BigDecimal(text);
        BigDecimal seconds = time.setScale(0, RoundingMode.FLOOR);
        return Instant.ofEpochSecond(
                seconds.longValueExact(),
                time.subtract(seconds).movePointRight(9).longValue());
    }

    /** Bytes as they came, read from front to back. */
    private static final class Answer {
        private static final int DIGITS = 64;

        private final byte[] bytes;
        private final String place;
        private int next;

        Answer(byte[] bytes, String place) {
            this.bytes = bytes;
            this.place = place;
        }

        /** Up to the next NUL. */
        String record() throws IOException {
            int end = next;
            while (end < bytes.length && bytes[end] != 0) {
                end++;
            }
            if (end == bytes.length) {
                throw strange("it is cut off");
            }
            String text = Text.decode(bytes, next, end, place);
            next = end + 1;
            return text;
        }

        List<String> names() throws IOException {
            List<String> names = new ArrayList<>();
            for (String name = record(); !name.isEmpty(); name = record()) {
                names.add(name);
            }
            return names;
        }

        /** The words before the name in a line that ends with it. */
        String[] lineAbout(String name, int words) throws IOException {
            String[] found = new String[words];
            for (int i = 0; i < words; i++) {
                int end = next;
                while (end < bytes.length && bytes[end] != ' ') {
                    end++;
                }
                found[i] = new String(bytes, next, end - next, StandardCharsets.UTF_8);
                next = Math.min(end + 1, bytes.length);
            }
            require(name + '\n', name);
            return found;
        }

        /** What sha256sum said: with the name as it is, or, after a backslash, with escapes. */
        String digestOf(String name) throws IOException {
            boolean escaped = next < bytes.length && bytes[next] == '\\';
            next += escaped ? 1 : 0;
            if (next + DIGITS > bytes.length) {
                throw strange("it is cut off");
            }
            String digest = new String(bytes, next, DIGITS, StandardCharsets.UTF_8);
            next += DIGITS;
            String shown =
                    escaped ? name.replace("\\", "\\\\").replace("\n", "\\n").replace("\r", "\\r") : name;
            require("  " + shown, name);
            if (next == bytes.length || bytes[next] != 0 && bytes[next] != '\n') {
                throw strange("more than one line about " + name);
            }
            next++;
            return digest;
        }

        boolean endsWith(String word) {
            byte[] wanted = word.getBytes(StandardCharsets.UTF_8);
            return bytes.length - next == wanted.length && startsWith(wanted);
        }

        void requireEnd(String word) throws IOException {
            if (!endsWith(word)) {
                throw strange("it does not end with '" + word + "'");
            }
        }

        private void require(String text, String name) throws IOException {
            byte[] wanted = text.getBytes(StandardCharsets.UTF_8);
            if (!startsWith(wanted)) {
                throw strange("a line that is not about " + name);
            }
            next += wanted.length;
        }

        private boolean startsWith(byte[] wanted) {
            if (bytes.length - next < wanted.length) {
                return false;
            }
            for (int i = 0; i < wanted.length; i++) {
                if (bytes[next + i] != wanted[i]) {
                    return false;
                }
            }
            return true;
        }

        IOException strange(String what) {
            return new IOException("The list of " + place + " is not as it should be: " + what);
        }
    }
}
