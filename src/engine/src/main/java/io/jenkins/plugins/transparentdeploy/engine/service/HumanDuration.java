package io.jenkins.plugins.transparentdeploy.engine.service;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations as people write them: {@code 500ms}, {@code 30s}, {@code 1m30s}, {@code 2h}. */
public final class HumanDuration {
    /** What to tell somebody whose duration could not be read. */
    public static final String EXAMPLES = "Write it like 500ms, 30s, 1m30s or 2h";

    private static final Pattern WHOLE = Pattern.compile("(?:\\d+(?:ms|s|m|h|d))+");
    private static final Pattern PART = Pattern.compile("(\\d{1,9})(ms|s|m|h|d)");
    /**
     * What is longer is as long: nobody waits for it, and its nanoseconds, of which all waiting is made, can be counted; when
     * an instance has to stop is no time to find out that they cannot.
     */
    private static final Duration LONGEST = Duration.ofDays(36_500);

    private static final Map<String, Duration> UNITS = Map.of(
            "ms", Duration.ofMillis(1),
            "s", Duration.ofSeconds(1),
            "m", Duration.ofMinutes(1),
            "h", Duration.ofHours(1),
            "d", Duration.ofDays(1));

    private HumanDuration() {}

    /**
     * Reads a duration; one of more than a hundred years is a hundred years.
     *
     * @return the duration, or empty when the text is not one
     */
    public static Optional<Duration> parse(String text) {
        String trimmed = text.trim();
        if (!WHOLE.matcher(trimmed).matches()) {
            return Optional.empty();
        }
        Duration sum = Duration.ZERO;
        int end = 0;
        Matcher part = PART.matcher(trimmed);
        while (part.find() && part.start() == end) {
            sum = sum.plus(UNITS.get(part.group(2)).multipliedBy(Long.parseLong(part.group(1))));
            sum = sum.compareTo(LONGEST) > 0 ? LONGEST : sum;
            end = part.end();
        }
        return end == trimmed.length() ? Optional.of(sum) : Optional.empty();
    }

    /** Writes a duration the way it is read, in at most two units: {@code 1.2s}, {@code 340ms}, {@code 2m05s}. */
    public static String format(Duration duration) {
        long millis = duration.toMillis();
        if (millis < 1_000) {
            return millis + "ms";
        }
        if (millis < 60_000) {
            return millis % 1_000 < 50
                    ? millis / 1_000 + "s"
                    : "%d.%ds".formatted(millis / 1_000, millis % 1_000 / 100);
        }
        long seconds = duration.toSeconds();
        return seconds < 3_600
                ? "%dm%02ds".formatted(seconds / 60, seconds % 60)
                : "%dh%02dm".formatted(seconds / 3_600, seconds % 3_600 / 60);
    }
}
