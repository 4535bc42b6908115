package io.jenkins.plugins.transparentdeploy.engine.service;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeSet;

/** Turns an unknown name into advice: the nearest known one if it is near enough to be a slip, and all known ones. */
public final class NearestName {
    private NearestName() {}

    /** The cure for an unknown name: {@code Did you mean 'x'? Known are: x, y, z}. */
    public static String cure(String unknown, Collection<String> known) {
        String all = "Known are: " + String.join(", ", new TreeSet<>(known));
        return nearest(unknown, known)
                .map(name -> "Did you mean '" + name + "'? " + all)
                .orElse(all);
    }

    private static Optional<String> nearest(String unknown, Collection<String> known) {
        return known.stream()
                .filter(name -> distance(unknown, name) <= Math.min(3, name.length() / 2))
                .min(Comparator.<String>comparingInt(name -> distance(unknown, name))
                        .thenComparing(Comparator.naturalOrder()));
    }

    /** Levenshtein's edit distance, two rows at a time, without regard to case. */
    private static int distance(String left, String right) {
        String a = left.toLowerCase(Locale.ROOT);
        String b = right.toLowerCase(Locale.ROOT);
        int[] previous = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            previous[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int[] current = new int[b.length() + 1];
            current[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int substitution = previous[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                current[j] = Math.min(substitution, 1 + Math.min(previous[j], current[j - 1]));
            }
            previous = current;
        }
        return previous[b.length()];
    }
}
