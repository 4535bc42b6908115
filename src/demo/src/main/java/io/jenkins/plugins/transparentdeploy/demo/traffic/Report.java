package io.jenkins.plugins.transparentdeploy.demo.traffic;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;

/** Writes the results as people read them. */
final class Report {
    private final Options options;
    private final int rate;

    /** @param rate requests a second */
    Report(Options options, int rate) {
        this.options = options;
        this.rate = rate;
    }

    /** The table, with each run beside the control run, if there is one. */
    String table(List<Result> results, Optional<SteadyRate.Found> found) {
        StringBuilder text = new StringBuilder();
        text.append(String.format(
                Locale.ROOT,
                "%s; %d requests a second, %s.%s%n%n",
                machine(),
                rate,
                options.keepAlive() ? "on connections that the client keeps" : "each on a connection of its own",
                found.map(Report::search).orElse("")));
        text.append("| in front | what | transitions | requests | failed | p99 | against control |"
                + " last request to the failed release: after the decision | after the command |\n"
                + "| --- | --- | --- | --- | --- | --- | --- | --- | --- |\n");
        for (Result result : results) {
            text.append(String.format(
                    Locale.ROOT,
                    "| %s | %s | %d | %,d | %s | %.1f ms | %s | %s | %s |%n",
                    result.balancer(),
                    result.what(),
                    result.transitions(),
                    result.traffic().requests(),
                    failures(result.traffic()),
                    result.traffic().p99(),
                    ratio(result, results),
                    result.sinceDecided(),
                    result.sinceAsked()));
        }
        return text.toString();
    }

    /** When, and on what. */
    static String machine() {
        return String.format(
                Locale.ROOT,
                "%s, %d processors, load average %s at the end",
                LocalDate.now(ZoneOffset.UTC),
                Runtime.getRuntime().availableProcessors(),
                loadAverage());
    }

    private static String search(SteadyRate.Found found) {
        return found.steps().stream()
                .map(SteadyRate.Step::toString)
                .collect(Collectors.joining(
                        "; ",
                        " The highest steady rate; requests a second and 99th percentiles on the way to it: ",
                        "."));
    }

    private static String failures(Traffic traffic) {
        return traffic.failed() == 0
                ? "**0**"
                : traffic.failed() + " ("
                        + traffic.failures().entrySet().stream()
                                .map(entry -> entry.getValue() + " " + entry.getKey())
                                .collect(Collectors.joining(", "))
                        + ")";
    }

    private static String ratio(Result result, List<Result> results) {
        return results.stream()
                .filter(other -> other.what().equals(TrafficBenchmark.CONTROL) && !other.equals(result))
                .findFirst()
                .map(control -> String.format(
                        Locale.ROOT,
                        "%.2f",
                        result.traffic().p99() / control.traffic().p99()))
                .orElse("");
    }

    private static String loadAverage() {
        return String.format(
                Locale.ROOT,
                "%.1f",
                java.lang.management.ManagementFactory.getOperatingSystemMXBean()
                        .getSystemLoadAverage());
    }

    /**
     * Puts a table between its marks in a page, and leaves everything else as it is.
     *
     * @param name what the marks say
     */
    static void write(Path page, String name, String table) throws IOException {
        String begin = "<!-- " + name + ": written by scripts/benchmark-traffic -->";
        String end = "<!-- " + name + ": end -->";
        String text = Files.readString(page);
        int from = text.indexOf(begin);
        int to = text.indexOf(end);
        if (from < 0 || to < from) {
            throw new IOException(page + " has no '" + begin + "' and '" + end + "' to write between");
        }
        Files.writeString(page, text.substring(0, from) + begin + "\n" + table + "\n" + text.substring(to));
    }

    /**
     * What was asked for.
     *
     * @param rate requests a second; empty for the highest that this machine serves steadily
     */
    record Options(
            OptionalInt rate, int transitions, List<String> balancers, List<String> strategies, boolean keepAlive) {
        Options {
            balancers = List.copyOf(balancers);
            strategies = List.copyOf(strategies);
        }

        /** Of those that are compared with: what they lose shows soon. */
        int peerTransitions() {
            return Math.min(5, transitions);
        }

        static Options of(Map<String, String> named) {
            String rate = named.getOrDefault("rate", "highest");
            // Others have nothing to do with the embedded one.
            String balancers = named.containsKey("peers") ? "nginx,haproxy" : "nginx,haproxy,embedded";
            return new Options(
                    rate.equals("highest") ? OptionalInt.empty() : OptionalInt.of(Integer.parseInt(rate)),
                    Integer.parseInt(named.getOrDefault("transitions", "20")),
                    List.of(named.getOrDefault("balancers", balancers).split(",")),
                    List.of(named.getOrDefault("strategies", "rolling,blue-green,canary")
                            .split(",")),
                    Boolean.parseBoolean(named.getOrDefault("keep-alive", "false")));
        }
    }
}
