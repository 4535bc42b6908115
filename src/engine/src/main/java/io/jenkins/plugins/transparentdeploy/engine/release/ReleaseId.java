package io.jenkins.plugins.transparentdeploy.engine.release;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.regex.Pattern;

/**
 * Names a release, or a rollback point: when it began (UTC, to the millisecond) and a random part, so that ids sort by
 * age and two hosts never choose the same. Safe as a file name.
 */
public record ReleaseId(@JsonValue String value) implements Comparable<ReleaseId> {
    private static final Pattern FORM = Pattern.compile("\\d{8}T\\d{9}Z-[0-9a-f]{8}");
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmssSSS'Z'").withZone(ZoneOffset.UTC);
    private static final SecureRandom RANDOM = new SecureRandom();

    @JsonCreator
    public ReleaseId {
        if (!isValid(value)) {
            throw new IllegalArgumentException("Not a release id: " + value);
        }
    }

    /** Whether the text has the form of an id; anything else never becomes part of a path. */
    public static boolean isValid(String text) {
        return FORM.matcher(text).matches();
    }

    /** A new id for something that begins now. */
    public static ReleaseId next(Clock clock) {
        return at(clock.instant());
    }

    /** A new id for something that begins now, later than another one even if the clock says otherwise. */
    public static ReleaseId next(Clock clock, ReleaseId later) {
        ReleaseId id = next(clock);
        return id.began().isAfter(later.began()) ? id : at(later.began().plusMillis(1));
    }

    private static ReleaseId at(Instant began) {
        byte[] random = new byte[4];
        RANDOM.nextBytes(random);
        return new ReleaseId(TIME.format(began) + "-" + HexFormat.of().formatHex(random));
    }

    private Instant began() {
        return TIME.parse(value.substring(0, value.indexOf('-')), Instant::from);
    }

    @Override
    public int compareTo(ReleaseId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
