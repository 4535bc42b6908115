package io.jenkins.plugins.transparentdeploy.cli;

import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseRecord;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseReport;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.Optional;

/** One release for people: what it was, and its report step by step. */
final class ReleaseDetails {
    private final PrintWriter out;

    ReleaseDetails(PrintWriter out) {
        this.out = out;
    }

    void print(ReleaseRecord record) {
        out.printf(
                "%s  %s %s  %s%n",
                record.id(), record.kind().name().toLowerCase(Locale.ROOT), record.version(), record.delta());
        record.states()
                .forEach(change -> out.printf(
                        "  %s  %s%s%n",
                        change.at(), change.state(), change.reason().isBlank() ? "" : ": " + change.reason()));
        for (ReleaseReport.Step step : ReleaseReport.Step.values()) {
            print(step, record.report().flatMap(report -> report.of(step)));
        }
    }

    private void print(ReleaseReport.Step step, Optional<ReleaseReport.Entry> entry) {
        out.printf(
                "%n%-11s %s%n",
                step.name().toLowerCase(Locale.ROOT),
                entry.map(ReleaseReport.Entry::summary).orElse("not come to"));
        entry.ifPresent(known -> known.details().forEach(line -> out.println("            " + line)));
    }
}
