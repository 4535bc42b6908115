package io.jenkins.plugins.transparentdeploy.records;

import hudson.Util;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.time.format.FormatStyle;
import java.util.Locale;
import java.util.Optional;

/** A time as pages show it: how long ago, and exactly. */
public final class Moment {
    /** Years of more than four digits; to count with them overflows sooner or later. */
    private static final Instant END = Instant.parse("9999-12-31T00:00:00Z");

    private final Instant at;

    public Moment(Instant at) {
        this.at = at;
    }

    /**
     * @return empty for what is no time, or none of these millennia: records come from hosts, and neither a page nor a sum
     *     must break on one
     */
    static Optional<Instant> parse(String iso) {
        try {
            return Optional.of(iso)
                    .filter(text -> !text.isEmpty())
                    .map(Instant::parse)
                    .filter(at -> !at.isBefore(Instant.EPOCH) && at.isBefore(END));
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
    }

    /** As in "3 min 20 sec ago". */
    public String getAgo() {
        return Messages.Moment_Ago(Util.getTimeSpanString(
                Math.max(0, Duration.between(at, Instant.now()).toMillis())));
    }

    /** Date and time with its zone, in the zone of this Jenkins. */
    public String getExact() {
        return DateTimeFormatter.ofLocalizedDateTime(FormatStyle.MEDIUM, FormatStyle.LONG)
                .withLocale(Locale.getDefault())
                .withZone(ZoneId.systemDefault())
                .format(at);
    }

    /** ISO 8601; sorts. */
    public String getIso() {
        return at.toString();
    }
}
