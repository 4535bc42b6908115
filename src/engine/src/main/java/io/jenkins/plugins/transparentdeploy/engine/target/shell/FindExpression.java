package io.jenkins.plugins.transparentdeploy.engine.target.shell;

import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.ManagedPaths;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The patterns of what is not managed, as the expression of {@code find} that matches the same paths. There, a star also
 * stands for slashes; so a pattern with single stars only also has to have as many slashes as the path.
 */
final class FindExpression {
    private static final String ALL_BELOW = "/**";
    private static final String DEEP = "**";
    private static final int MOST_DEEP = 3;

    private FindExpression() {}

    /** @throws RefusedException if a pattern cannot be said in that language */
    static List<String> of(ManagedPaths managed) {
        List<String> patterns = managed.patterns();
        if (patterns.isEmpty()) {
            // Paths begin with a dot there.
            return List.of("(", "-path", "none", ")");
        }
        List<String> expression = new ArrayList<>(List.of("(", "!", "-path", ".", "("));
        for (String pattern : patterns) {
            if (expression.size() > 5) {
                expression.add("-o");
            }
            expression.add("(");
            expression.addAll(translate(pattern));
            expression.add(")");
        }
        expression.addAll(List.of(")", ")"));
        return List.copyOf(expression);
    }

    private static List<String> translate(String pattern) {
        boolean all = pattern.endsWith(ALL_BELOW);
        String path = all ? pattern.substring(0, pattern.length() - ALL_BELOW.length()) : pattern;
        List<String> names = Arrays.asList(path.split("/"));
        long deep = names.stream().filter(DEEP::equals).count();
        boolean simple = names.stream().noneMatch(FindExpression::isWild);
        if (names.stream().anyMatch(name -> name.contains(DEEP) && !name.equals(DEEP)) || deep > MOST_DEEP) {
            throw unspeakable(pattern);
        }
        if (deep == 0 && simple) {
            return List.of("-path", "./" + path);
        }
        if (!all && names.size() == 1) {
            return List.of("-name", path);
        }
        if (deep == 0) {
            return List.of("-path", "./" + path, "!", "-path", "./" + "*/".repeat(names.size()) + "*");
        }
        if (simple) {
            return alternatives(names);
        }
        int last = names.size() - 1;
        boolean nameAnywhereBelow = deep == 1
                && names.get(last - 1).equals(DEEP)
                && names.subList(0, last).stream().noneMatch(FindExpression::isWild);
        if (!nameAnywhereBelow) {
            throw unspeakable(pattern);
        }
        String above = String.join("/", names.subList(0, last - 1));
        return above.isEmpty()
                ? List.of("-name", names.get(last))
                : List.of("-path", "./" + above + "/*", "-name", names.get(last));
    }

    /** Each {@code **} in the middle stands for nothing or for some directories. */
    private static List<String> alternatives(List<String> names) {
        List<String> paths = new ArrayList<>(List.of("."));
        for (int i = 0; i < names.size(); i++) {
            String name = names.get(i);
            List<String> longer = new ArrayList<>();
            for (String path : paths) {
                if (name.equals(DEEP) && i < names.size() - 1) {
                    longer.add(path);
                }
                longer.add(path + "/" + (name.equals(DEEP) ? "*" : name));
            }
            paths = longer;
        }
        List<String> expression = new ArrayList<>();
        for (String path : paths) {
            if (!expression.isEmpty()) {
                expression.add("-o");
            }
            expression.addAll(List.of("-path", path));
        }
        return expression;
    }

    private static boolean isWild(String name) {
        return !name.equals(DEEP) && (name.indexOf('*') >= 0 || name.indexOf('?') >= 0);
    }

    private static RefusedException unspeakable(String pattern) {
        return new RefusedException(
                "The path pattern '" + pattern
                        + "' mixes ** with other wildcards, which hosts without Java cannot match",
                "Write it as several patterns, such as *.tmp, cache/*/tmp or cache/**/tmp");
    }
}
