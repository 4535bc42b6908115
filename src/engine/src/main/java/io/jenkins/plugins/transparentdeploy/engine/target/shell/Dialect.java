package io.jenkins.plugins.transparentdeploy.engine.target.shell;

import io.jenkins.plugins.transparentdeploy.engine.snapshot.FileEntry;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.Manifest;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.ManifestEntry;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * What the tools of a host can do beyond what all can.
 *
 * @param nanoseconds whether they show and set times to the nanosecond, rather than to the second
 * @param zero whether sha256sum ends its lines with NUL
 * @param gzip whether there is gzip
 */
record Dialect(boolean nanoseconds, boolean zero, boolean gzip) {
    /** Of tools that can do all. */
    static final Dialect FULL = new Dialect(true, true, true);

    /** A time as the tools say and read it: seconds since 1970, negative before, with nine digits after the point. */
    static String exactly(Instant time) {
        return BigDecimal.valueOf(time.getNano(), 9)
                .add(BigDecimal.valueOf(time.getEpochSecond()))
                .toPlainString();
    }

    /** How stat is told to show a time. */
    String time() {
        return nanoseconds ? "%.9Y" : "%Y";
    }

    /** The option of sha256sum, empty for none. */
    String zeroOption() {
        return zero ? "-z" : "";
    }

    /** What scripts take for yes, or empty. */
    String gzipOption() {
        return gzip ? "yes" : "";
    }

    /** What such a host can have of a manifest: no owners, and times as exact as its tools are. */
    Manifest attainable(Manifest manifest) {
        Manifest mine = manifest.withoutOwners();
        return nanoseconds
                ? mine
                : Manifest.of(mine.entries().stream().map(Dialect::toTheSecond).toList());
    }

    private static ManifestEntry toTheSecond(ManifestEntry entry) {
        return entry instanceof FileEntry file
                ? new FileEntry(
                        file.path(),
                        file.mode(),
                        file.modified().truncatedTo(ChronoUnit.SECONDS),
                        file.owner(),
                        file.size(),
                        file.content())
                : entry;
    }
}
