package io.jenkins.plugins.transparentdeploy.benchmark;

import java.time.Duration;
import java.util.Locale;

/**
 * What was measured of one contender.
 *
 * @param sent to all hosts during the release, bytes
 * @param received from them
 * @param rollbackSent to all hosts during the rollback
 */
record FleetResult(
        FleetContender contender, Duration release, long sent, long received, Duration rollback, long rollbackSent) {

    String row(FleetResult reference, long changedEverywhere) {
        return String.format(
                Locale.ROOT,
                "| %s | %.1f s (%s) | %.1f MB (%.2f×) | %.1f MB | %.1f s (%s) | %.1f MB |",
                contender.name(),
                seconds(release),
                Report.ratio(release, reference.release),
                sent / 1e6,
                sent / (double) changedEverywhere,
                received / 1e6,
                seconds(rollback),
                Report.ratio(rollback, reference.rollback),
                rollbackSent / 1e6);
    }

    static double seconds(Duration time) {
        return time.toNanos() / 1e9;
    }
}
