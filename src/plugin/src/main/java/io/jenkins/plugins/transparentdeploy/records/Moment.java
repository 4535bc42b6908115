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
    private final Instant at;

    Moment(Instant at) {
        this.at = at;
    }

    /** @return empty for what is no time: records come from hosts, and a page must not break on one */
    static Optional<Instant> parse(String iso) {
        try {
            return iso.isEmpty() ? Optional.empty() : Optional.of(Instant.parse(iso));
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
