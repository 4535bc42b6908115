package io.jenkins.plugins.transparentdeploy.engine.snapshot;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Optional;

/** The rules that a path in a manifest keeps, so that resolving it against a root cannot leave that root. */
final class EntryPath {
    /** What POSIX systems accept as one name, and as one path below a root of ordinary length. */
    private static final int MAX_NAME_BYTES = 255;

    static final int MAX_PATH_BYTES = 3800;

    /** By UTF-8 bytes, unsigned: a directory always comes before what is in it. */
    static final Comparator<String> ORDER = EntryPath::compare;

    private EntryPath() {}

    /** @throws IllegalArgumentException if the path is absolute, empty, too long, or has an empty, . or .. name */
    static void requireValid(String path) {
        problemOf(path).ifPresent(problem -> {
            throw new IllegalArgumentException("The path '" + path + "' " + problem);
        });
    }

    /**
     * The UTF-8 bytes of a path, or of any other text that comes from a tree.
     *
     * @throws IllegalArgumentException if half a surrogate pair is in it, which has none
     */
    static byte[] bytesOf(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (Character.isSurrogate(text.charAt(i))) {
                if (i + 1 == text.length() || !Character.isSurrogatePair(text.charAt(i), text.charAt(i + 1))) {
                    throw new IllegalArgumentException("The text '" + text + "' has half a surrogate pair");
                }
                i++;
            }
        }
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** What is wrong with the path, as the end of a sentence; empty if nothing is. */
    static Optional<String> problemOf(String path) {
        if (path.isEmpty()) {
            return Optional.of("is empty");
        }
        if (path.startsWith("/")) {
            return Optional.of("is absolute");
        }
        if (path.indexOf('\0') >= 0) {
            return Optional.of("contains a NUL character");
        }
        if (path.length() > MAX_NAME_BYTES && path.getBytes(StandardCharsets.UTF_8).length > MAX_PATH_BYTES) {
            return Optional.of("is longer than " + MAX_PATH_BYTES + " bytes");
        }
        int start = 0;
        while (start <= path.length()) {
            int slash = path.indexOf('/', start);
            int end = slash < 0 ? path.length() : slash;
            Optional<String> problem = problemOfName(path, start, end);
            if (problem.isPresent()) {
                return problem;
            }
            start = end + 1;
        }
        return Optional.empty();
    }

    /** The directory that a path is in; empty if that is the root. */
    static Optional<String> parentOf(String path) {
        int slash = path.lastIndexOf('/');
        return slash < 0 ? Optional.empty() : Optional.of(path.substring(0, slash));
    }

    private static Optional<String> problemOfName(String path, int start, int end) {
        int length = end - start;
        if (length == 0) {
            return Optional.of("contains an empty name");
        }
        if (length <= 2 && path.startsWith("..".substring(0, length), start)) {
            return Optional.of("contains '" + path.substring(start, end) + "'");
        }
        if (length * 3 > MAX_NAME_BYTES
                && path.substring(start, end).getBytes(StandardCharsets.UTF_8).length > MAX_NAME_BYTES) {
            return Optional.of("contains a name longer than " + MAX_NAME_BYTES + " bytes");
        }
        return Optional.empty();
    }

    private static int compare(String left, String right) {
        int common = Math.min(left.length(), right.length());
        for (int i = 0; i < common; i++) {
            char a = left.charAt(i);
            char b = right.charAt(i);
            if (a != b) {
                // Only surrogates make the order of UTF-16 differ from that of UTF-8.
                return Character.isSurrogate(a) || Character.isSurrogate(b)
                        ? Arrays.compareUnsigned(
                                left.getBytes(StandardCharsets.UTF_8), right.getBytes(StandardCharsets.UTF_8))
                        : Character.compare(a, b);
            }
        }
        return Integer.compare(left.length(), right.length());
    }
}
