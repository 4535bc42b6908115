package io.jenkins.plugins.transparentdeploy.demo.simulation;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** The section of the page of benchmarks. */
final class SimulationReport {
    private static final String TITLE = "## Analysis, simulated";

    private SimulationReport() {}

    static String of(List<Outcomes> outcomes, int releases) {
        StringBuilder text = new StringBuilder(TITLE + "\n\n");
        text.append(
                """
                `scripts/simulate-analysis` has the real analysis judge RELEASES simulated releases of each kind on a virtual clock: a
                window of 60 s, a deadline of 300 s, samples every second; error rate `{objective: 0.1%, floor: 5%}`, 95th
                percentile of latency `{regression: 200ms}`; the baseline is two minutes of the same service before. A healthy release
                is *wrong* when it would be rolled back, without a verdict too; a bad one when it passes. The thresholds were chosen
                on steady load and garbage collections; everything else is noise that they were not tuned on. Bounds are of the
                95 % interval (Wilson); times are from the beginning of the fault.

                """
                        .replace("RELEASES", String.format(Locale.ROOT, "%,d", releases)));
        table(text, outcomes.stream().filter(Outcomes::isHealthy).toList(), "Healthy releases", "rolled back");
        table(text, outcomes.stream().filter(o -> !o.isHealthy()).toList(), "Bad releases", "passed");
        return text.toString();
    }

    private static void table(StringBuilder text, List<Outcomes> outcomes, String title, String wrong) {
        text.append("| ")
                .append(title)
                .append(" | noise | ")
                .append(wrong)
                .append(
                        " | rate, upper bound | decided after, median | 95 % |\n| --- | --- | ---: | ---: | ---: | ---: |\n");
        outcomes.forEach(outcome -> text.append(row(outcome)).append('\n'));
        text.append('\n');
    }

    static String row(Outcomes o) {
        return String.format(
                Locale.ROOT,
                "| %s | %s | %,d of %,d | %.2f %%, %.2f %% | %.0f s | %.0f s |",
                o.trial().fault(),
                o.trial().noises().size() == 1 ? o.trial().noises().get(0) : "each of the above in turn",
                o.wrong(),
                o.all().size(),
                100 * o.rate(),
                100 * o.upperBound(),
                o.timeToDecision(0.5),
                o.timeToDecision(0.95));
    }

    /** Puts the section in the place of an earlier one, or at the end of the page. */
    static void writeInto(Path page, String section) throws IOException {
        String text = Files.exists(page) ? Files.readString(page) : "# Benchmarks\n\n";
        int from = text.indexOf(TITLE);
        int to = from < 0 ? -1 : text.indexOf("\n## ", from + 1);
        String before = from < 0 ? text.stripTrailing() + "\n\n" : text.substring(0, from);
        String after = to < 0 ? "" : text.substring(to + 1);
        Files.writeString(page, before + section.stripTrailing() + "\n" + (after.isEmpty() ? "" : "\n" + after));
    }
}
