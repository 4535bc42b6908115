package io.jenkins.plugins.transparentdeploy.engine.service;

import com.fasterxml.jackson.databind.JsonNode;
import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import io.jenkins.plugins.transparentdeploy.engine.analysis.AnalysisSpec;
import io.jenkins.plugins.transparentdeploy.engine.analysis.Metric;
import io.jenkins.plugins.transparentdeploy.engine.analysis.Objective;
import io.jenkins.plugins.transparentdeploy.engine.check.Check;
import io.jenkins.plugins.transparentdeploy.engine.check.PrometheusQuery;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** Reads how a release is judged while it runs. */
final class AnalysisReader {
    static final Set<String> KEYS =
            Set.of("window", "interval", "minimumSamples", "passScore", "deadline", "onInconclusive", "metrics");
    static final Set<String> METRICS = Set.of("errorRate", "latency", "check", "prometheus", "log");
    static final Set<String> METRIC_KEYS =
            Set.of("errorRate", "latency", "check", "prometheus", "log", "objective", "floor", "weight");
    static final Set<String> ERROR_RATE_KEYS = Set.of("objective", "floor", "regression", "weight");
    static final Set<String> LATENCY_KEYS = Set.of("percentile", "objective", "floor", "regression", "weight");
    static final Set<String> PROMETHEUS_KEYS =
            Set.of("query", "server", "auth", "caFile", "timeout", "name", "objective", "floor", "weight");
    static final Set<String> LOG_KEYS = Set.of("file", "pattern", "name", "objective", "floor", "weight");

    private static final Set<String> ON_INCONCLUSIVE = Set.of("rollback", "keep");
    private static final Set<String> TRAFFIC = Set.of("errorRate", "latency");
    private static final double DEFAULT_PASS_SCORE = 0.9;

    private AnalysisReader() {}

    static AnalysisDefinition read(Section section, boolean hasLoadBalancer) {
        Duration window = section.duration("window", Duration.ofSeconds(30));
        String onInconclusive = section.text("onInconclusive").orElse("rollback");
        if (!ON_INCONCLUSIVE.contains(onInconclusive)) {
            throw section.bad(
                    "onInconclusive", "is '" + onInconclusive + "'", NearestName.cure(onInconclusive, ON_INCONCLUSIVE));
        }
        List<JsonNode> nodes = section.list("metrics", node -> node);
        if (nodes.isEmpty()) {
            throw section.bad(
                    "metrics", "names none", "Add at least one, as in '- errorRate: {objective: 0.1%, floor: 5%}'");
        }
        List<Metric> metrics = new ArrayList<>();
        for (int i = 0; i < nodes.size(); i++) {
            Section metric = Section.of(section.at("metrics") + "[" + i + "]", nodes.get(i), METRIC_KEYS);
            metrics.add(metric(metric, hasLoadBalancer));
        }
        return new AnalysisDefinition(spec(section, window, metrics), onInconclusive.equals("keep"));
    }

    /** Refuses by the names of keys what could not be decided so. */
    private static AnalysisSpec spec(Section section, Duration window, List<Metric> metrics) {
        Duration interval = section.duration("interval", Duration.ofSeconds(1));
        Duration deadline = section.duration("deadline", window.multipliedBy(5));
        double passScore = section.share("passScore").orElse(DEFAULT_PASS_SCORE);
        if (interval.isZero()) {
            throw section.bad("interval", "is no time at all", "Make it more than zero, such as 1s");
        }
        if (window.compareTo(interval) < 0) {
            throw section.bad(
                    "window",
                    "is " + HumanDuration.format(window) + ", and a sample is taken every "
                            + HumanDuration.format(interval),
                    "Make it at least as long, or 'interval' shorter");
        }
        if (deadline.compareTo(window) < 0) {
            throw section.bad(
                    "deadline",
                    "is " + HumanDuration.format(deadline) + ", before the end of the 'window' of "
                            + HumanDuration.format(window),
                    "Make it as long as the window or longer");
        }
        if (passScore == 0) {
            throw section.bad("passScore", "is 0, from which anything passes", "Make it more than zero, such as 90%");
        }
        Set<String> names = new HashSet<>();
        for (Metric metric : metrics) {
            if (!names.add(metric.name())) {
                throw section.bad(
                        "metrics",
                        "has two of the name '" + metric.name() + "'",
                        metric instanceof Metric.Traffic ? "Leave one out" : "Give each a 'name' of its own");
            }
        }
        return new AnalysisSpec(
                window, interval, section.whole("minimumSamples", 30, 1, 1_000_000), passScore, deadline, metrics);
    }

    private static Metric metric(Section section, boolean hasLoadBalancer) {
        String kind = section.oneOf(METRICS, "metric");
        if (TRAFFIC.contains(kind) && !hasLoadBalancer) {
            throw new RefusedException(
                    "'" + section.at(kind) + "' needs the figures of a load balancer, and the environment has none",
                    "Add 'loadBalancer:', or judge by 'check:', 'prometheus:' or 'log:'");
        }
        return switch (kind) {
            case "errorRate" -> errorRate(section.section(kind, ERROR_RATE_KEYS));
            case "latency" -> latency(section.section(kind, LATENCY_KEYS));
            case "check" -> check(section);
            case "prometheus" -> prometheus(section.section(kind, PROMETHEUS_KEYS));
            case "log" -> log(section.section(kind, LOG_KEYS));
            default -> throw new IllegalStateException(kind);
        };
    }

    private static Metric errorRate(Section section) {
        return new Metric.ErrorRate(
                "error rate",
                Set.of(),
                new ObjectiveReader(section).shareAtMost("0.1%", "5%"),
                section.positive("weight", 1));
    }

    private static Metric latency(Section section) {
        double share = section.percentile("percentile", 95);
        double percentile = section.positive("percentile", 95);
        return new Metric.LatencyPercentile(
                "latency p" + (percentile == Math.rint(percentile) ? Long.toString((long) percentile) : percentile),
                Set.of(),
                share,
                new ObjectiveReader(section).durationAtMost("500ms", "5s"),
                section.positive("weight", 1));
    }

    private static Metric check(Section section) {
        Check check = CheckReader.check(section.section("check", CheckReader.CHECK_KEYS), Duration.ofSeconds(5));
        return new Metric.CheckSuccess(
                check.name(),
                check,
                new ObjectiveReader(section).shareAtLeast("100%", "80%"),
                section.positive("weight", 1));
    }

    private static Metric prometheus(Section section) {
        Objective objective = new ObjectiveReader(section).number();
        PrometheusQuery query =
                CheckReader.prometheus(section, "query", section.duration("timeout", Duration.ofSeconds(5)));
        return new Metric.PrometheusValue(
                section.text("name").orElse(query.query()), query, objective, section.positive("weight", 1));
    }

    private static Metric log(Section section) {
        Path file = InstanceReader.absolute(section, "file", "Give the absolute path of the log file");
        Pattern pattern =
                CheckReader.pattern(section, "pattern", section.required("pattern", "Give a regular expression"));
        return new Metric.LogMatches(
                section.text("name").orElse("/" + pattern + "/ in " + file.getFileName()),
                file,
                pattern,
                new ObjectiveReader(section).numberAtMost(0, 10),
                section.positive("weight", 1));
    }
}
