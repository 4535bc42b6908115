package io.jenkins.plugins.transparentdeploy.engine.host;

import java.io.IOException;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * Takes secrets out of text that is going to be kept or shown: the values that environment files hold, and whatever
 * stands behind a name that says it is one.
 */
public final class Scrubber {
    private static final String MASK = "***";

    /** Shorter values would be found in half of all texts, and guard nothing. */
    private static final int SHORTEST_VALUE = 8;

    private static final int SHORTEST_SECRET = 4;

    private static final Pattern NAMED = Pattern.compile(
            "([\\w.-]*(?:" + SecretNames.WORDS.replace("_?", "[_-]?")
                    + ")[\\w.-]*[\"']?\\s*[=:]\\s*[\"']?)[^\\s\"',;&]+",
            Pattern.CASE_INSENSITIVE);
    private static final Pattern AUTHORIZATION =
            Pattern.compile("\\b(Bearer|Basic)\\s+[A-Za-z0-9._~+/=-]{6,}", Pattern.CASE_INSENSITIVE);
    private static final Pattern USER_INFO = Pattern.compile("(://[^/?#\\s:@]*):[^/?#\\s]*@");

    private final List<String> values;

    private Scrubber(Collection<String> values) {
        // The longest first: one may be the beginning of another.
        this.values = values.stream()
                .sorted(Comparator.comparingInt(String::length).reversed().thenComparing(Comparator.naturalOrder()))
                .toList();
    }

    /** One that knows no values, only names. */
    public static Scrubber named() {
        return new Scrubber(List.of());
    }

    /** One that knows what these files of a host hold now. A file that cannot be read teaches it nothing. */
    public static Scrubber knowing(Collection<EnvironmentFile> files, HostFiles host) {
        return named().learning(files, host);
    }

    /** One that knows what this one does, and what these files of a host hold now. */
    public Scrubber learning(Collection<EnvironmentFile> files, HostFiles host) {
        TreeSet<String> values = new TreeSet<>(this.values);
        for (EnvironmentFile file : files) {
            read(file, host).forEach((name, value) -> {
                String stripped = value.strip().replaceAll("^([\"'])(.*)\\1$", "$2");
                if (stripped.length() >= (SecretNames.match(name) ? SHORTEST_SECRET : SHORTEST_VALUE)) {
                    values.add(stripped);
                }
            });
        }
        return new Scrubber(values);
    }

    private static Map<String, String> read(EnvironmentFile file, HostFiles host) {
        try {
            return file.read(host);
        } catch (IOException | RuntimeException e) {
            // Whoever needs it will be told.
            return Map.of();
        }
    }

    /** The same text with every secret replaced by {@code ***}. Idempotent. */
    public String scrub(String text) {
        String scrubbed = text;
        for (String value : values) {
            scrubbed = scrubbed.replace(value, MASK);
        }
        scrubbed = AUTHORIZATION.matcher(scrubbed).replaceAll("$1 " + MASK);
        scrubbed = NAMED.matcher(scrubbed).replaceAll("$1" + MASK);
        return USER_INFO.matcher(scrubbed).replaceAll("$1:" + MASK + "@");
    }

    /** The same words, each scrubbed. */
    public List<String> scrub(List<String> words) {
        return words.stream().map(this::scrub).toList();
    }
}
