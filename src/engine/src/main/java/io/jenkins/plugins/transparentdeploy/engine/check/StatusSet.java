package io.jenkins.plugins.transparentdeploy.engine.check;

import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Which HTTP statuses are good, as ranges: {@code 200-299, 304}. */
public record StatusSet(List<Range> ranges) {
    /** 200 to 299. */
    public static final StatusSet SUCCESSFUL = new StatusSet(List.of(new Range(200, 299)));

    private static final Pattern RANGE = Pattern.compile("\\s*(\\d{3})\\s*(?:-\\s*(\\d{3})\\s*)?");

    /** Both ends belong to it. */
    public record Range(int first, int last) {
        /** @throws RefusedException when it is empty or not within 100 to 599 */
        public Range {
            if (first < 100 || last > 599 || first > last) {
                throw new RefusedException(
                        "There are no HTTP statuses " + first + "-" + last, "Give a range within 100-599");
            }
        }

        @Override
        public String toString() {
            return first == last ? Integer.toString(first) : first + "-" + last;
        }
    }

    /** @throws RefusedException when there is no range, and so no answer could be good */
    public StatusSet {
        ranges = List.copyOf(ranges);
        if (ranges.isEmpty()) {
            throw new RefusedException("A set of HTTP statuses is empty", "Name at least one, for example 200-299");
        }
    }

    /**
     * Reads statuses and ranges between commas.
     *
     * @throws RefusedException when that is not what the text is
     */
    public static StatusSet parse(String text) {
        List<Range> ranges = new ArrayList<>();
        for (String part : text.split(",", -1)) {
            Matcher matcher = RANGE.matcher(part);
            if (!matcher.matches()) {
                throw new RefusedException(
                        "'status' of a check is '" + text + "', which is not a set of HTTP statuses",
                        "Write it like 200, 204 or 200-299, 304");
            }
            int first = Integer.parseInt(matcher.group(1));
            ranges.add(new Range(first, matcher.group(2) == null ? first : Integer.parseInt(matcher.group(2))));
        }
        return new StatusSet(ranges);
    }

    public boolean contains(int status) {
        return ranges.stream().anyMatch(range -> range.first() <= status && status <= range.last());
    }

    @Override
    public String toString() {
        return ranges.stream().map(Range::toString).collect(Collectors.joining(", "));
    }
}
