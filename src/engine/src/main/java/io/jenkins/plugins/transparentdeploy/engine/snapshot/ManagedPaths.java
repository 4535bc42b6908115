package io.jenkins.plugins.transparentdeploy.engine.snapshot;

import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Which paths below a target's root are the release's, and which are the application's own: logs, uploads, caches. What
 * is not managed is never hashed, touched or deleted. A pattern is one of
 *
 * <ul>
 *   <li>a path from the root without wildcards, such as {@code data} or {@code conf/local.properties};
 *   <li>a path from the root that ends with {@code /**}, such as {@code logs/**}: that directory, and all that is in it;
 *   <li>a pattern with a slash, which is matched from the root: {@code webapps/*}{@code /cache};
 *   <li>a pattern with wildcards and without a slash, which is matched against the name at any depth: {@code *.pid}.
 * </ul>
 *
 * {@code *} stands for any characters but a slash, {@code ?} for one of them, {@code **} for any with slashes. A leading
 * slash changes nothing, a trailing one means {@code /**}. Whatever lies beneath a path that matches is not managed either.
 *
 * @param shared patterns that, besides, are linked into every release where releases have directories of their own
 * @param exclude all other patterns
 * @param attributes whether extended attributes are the release's, too; what of them cannot be kept is refused then
 */
public record ManagedPaths(List<String> shared, List<String> exclude, boolean attributes) {
    /** Everything is managed. */
    public static final ManagedPaths ALL = new ManagedPaths(List.of(), List.of());

    private static final String ALL_BELOW = "/**";

    /** @throws RefusedException if a pattern is empty, leaves the root, or has {@code [ ] { }} or a backslash */
    public ManagedPaths {
        shared = List.copyOf(shared);
        exclude = List.copyOf(exclude);
        shared.forEach(ManagedPaths::normalise);
        exclude.forEach(ManagedPaths::normalise);
    }

    /** All patterns, shared ones first, without a leading slash, and with {@code /**} for a trailing one. */
    public List<String> patterns() {
        return Stream.concat(shared.stream(), exclude.stream())
                .map(ManagedPaths::normalise)
                .toList();
    }

    /** Without extended attributes. */
    public ManagedPaths(List<String> shared, List<String> exclude) {
        this(shared, exclude, false);
    }

    /** Decides for many paths; made once, used often. */
    public Matcher matcher() {
        List<Pattern> patterns = new ArrayList<>();
        shared.forEach(pattern -> patterns.add(compile(normalise(pattern))));
        exclude.forEach(pattern -> patterns.add(compile(normalise(pattern))));
        return new Matcher(patterns);
    }

    /** The part of a manifest that is managed: what may be written to the target. */
    public Manifest managedPart(Manifest manifest) {
        Matcher matcher = matcher();
        Manifest managed = manifest.filtered(entry -> !matcher.excludes(entry.path()));
        return attributes ? managed : managed.withoutAttributes();
    }

    /**
     * The shared paths, for linking.
     *
     * @throws RefusedException if a shared pattern has wildcards other than a trailing {@code /**}
     */
    public List<PlainPath> sharedPaths() {
        return shared.stream()
                .map(pattern -> plain(pattern)
                        .orElseThrow(() -> new RefusedException(
                                "The shared pattern '" + pattern + "' has wildcards, so it cannot be a link",
                                "Name a directory, such as logs/**, or move the pattern to exclude")))
                .toList();
    }

    /** Those of the excluded patterns that are directories by name, such as {@code work/**}. */
    public List<PlainPath> excludedDirectories() {
        return exclude.stream()
                .map(ManagedPaths::plain)
                .flatMap(Optional::stream)
                .filter(PlainPath::directory)
                .toList();
    }

    /**
     * A pattern that names exactly one path.
     *
     * @param path relative path
     * @param directory whether the pattern ended with {@code /**}
     */
    public record PlainPath(String path, boolean directory) {}

    /** A decided set of patterns. */
    public static final class Matcher {
        private final List<Pattern> patterns;

        private Matcher(List<Pattern> patterns) {
            this.patterns = patterns;
        }

        /** Whether this very path matches; for walks, which do not descend into what matches. */
        public boolean matches(String path) {
            for (Pattern pattern : patterns) {
                if (pattern.matcher(path).matches()) {
                    return true;
                }
            }
            return false;
        }

        /** Whether this path or a directory that it is in matches. */
        public boolean excludes(String path) {
            for (int slash = path.indexOf('/'); slash >= 0; slash = path.indexOf('/', slash + 1)) {
                if (matches(path.substring(0, slash))) {
                    return true;
                }
            }
            return matches(path);
        }
    }

    private static Optional<PlainPath> plain(String pattern) {
        String normal = normalise(pattern);
        boolean directory = normal.endsWith(ALL_BELOW);
        String path = directory ? normal.substring(0, normal.length() - ALL_BELOW.length()) : normal;
        return hasWildcard(path) ? Optional.empty() : Optional.of(new PlainPath(path, directory));
    }

    private static boolean hasWildcard(String pattern) {
        return pattern.indexOf('*') >= 0 || pattern.indexOf('?') >= 0;
    }

    private static String normalise(String pattern) {
        String normal = pattern.startsWith("/") ? pattern.substring(1) : pattern;
        normal = normal.endsWith("/") ? normal + "**" : normal;
        if (normal.chars().anyMatch(c -> "[]{}\\".indexOf(c) >= 0)) {
            throw new RefusedException(
                    "The path pattern '" + pattern + "' has a character of another pattern language",
                    "Use only *, ** and ?");
        }
        Optional<String> problem = EntryPath.problemOf(normal);
        if (problem.isPresent() || normal.matches("\\*+(/\\*+)*")) {
            throw new RefusedException(
                    "The path pattern '" + pattern + "' " + problem.orElse("leaves nothing to manage"),
                    "Write a path relative to the target, such as logs/** or *.pid");
        }
        return normal;
    }

    private static Pattern compile(String pattern) {
        String anchored =
                pattern.endsWith(ALL_BELOW) ? pattern.substring(0, pattern.length() - ALL_BELOW.length()) : pattern;
        boolean anyDepth = anchored.equals(pattern) && hasWildcard(pattern) && pattern.indexOf('/') < 0;
        StringBuilder regex = new StringBuilder(anyDepth ? "(?s)(?:.*/)?" : "(?s)");
        for (int i = 0; i < anchored.length(); i++) {
            char c = anchored.charAt(i);
            if (anchored.startsWith("**/", i)) {
                regex.append("(?:.*/)?");
                i += 2;
            } else if (anchored.startsWith("**", i)) {
                regex.append(".*");
                i++;
            } else if (c == '*') {
                regex.append("[^/]*");
            } else if (c == '?') {
                regex.append("[^/]");
            } else {
                regex.append(Pattern.quote(String.valueOf(c)));
            }
        }
        return Pattern.compile(regex.toString());
    }
}
