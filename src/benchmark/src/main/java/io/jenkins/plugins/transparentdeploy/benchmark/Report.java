package io.jenkins.plugins.transparentdeploy.benchmark;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;

/** Markdown. */
final class Report {
    private final StringBuilder text = new StringBuilder();

    Report line(String format, Object... arguments) {
        text.append(String.format(Locale.ROOT, format, arguments)).append('\n');
        return this;
    }

    /** Medians of all contenders on one tree, each with its ratio to a reference. */
    Report table(TreeBenchmark benchmark, Samples samples, List<Contender> contenders, Contender reference) {
        StringBuilder head = new StringBuilder("| |");
        StringBuilder rule = new StringBuilder("| --- |");
        for (Scenario scenario : Scenario.values()) {
            head.append(' ').append(scenario.title()).append(" |");
            rule.append(" ---: |");
        }
        line("%s store | peak memory |", head).line("%s ---: | ---: |", rule);
        for (Contender contender : contenders) {
            StringBuilder row = new StringBuilder("| ")
                    .append(contender.name().replace("|", "\\|"))
                    .append(" |");
            for (Scenario scenario : Scenario.values()) {
                row.append(' ')
                        .append(cell(
                                samples.median(contender.name(), scenario), samples.median(reference.name(), scenario)))
                        .append(" |");
            }
            line("%s %s | %s |", row, size(benchmark.firstStoreBytes(contender.name())), size(contender.peakMemory()));
        }
        return line("");
    }

    /** What is to be reached, and what is. */
    Report goals(List<Goal> goals) {
        line("### Beside what is to be reached")
                .line("")
                .line("| | to be reached | measured | reached |")
                .line("| --- | ---: | ---: | --- |");
        goals.forEach(goal -> text.append(goal.row()).append('\n'));
        return line("");
    }

    private static String cell(Optional<Duration> median, Optional<Duration> reference) {
        if (median.isEmpty()) {
            return "–";
        }
        String ratio = reference
                .filter(time -> !time.equals(median.get()))
                .map(time -> " (" + ratio(median.get(), time) + ")")
                .orElse("");
        return milliseconds(median.get()) + ratio;
    }

    static String ratio(Duration time, Duration reference) {
        return String.format(Locale.ROOT, "%.2f×", (double) time.toNanos() / reference.toNanos());
    }

    static String milliseconds(Duration time) {
        double value = time.toNanos() / 1e6;
        return String.format(Locale.ROOT, value < 10 ? "%.1f ms" : "%.0f ms", value);
    }

    static String size(OptionalLong bytes) {
        return bytes.isEmpty() ? "–" : String.format(Locale.ROOT, "%.1f MB", bytes.getAsLong() / 1e6);
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
