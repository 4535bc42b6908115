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
        AnalysisSpec spec = new AnalysisSpec(
                window,
                section.duration("interval", Duration.ofSeconds(1)),
                section.whole("minimumSamples", 30, 1, 1_000_000),
                section.share("passScore").orElse(DEFAULT_PASS_SCORE),
                section.duration("deadline", window.multipliedBy(5)),
                metrics);
        return new AnalysisDefinition(spec, onInconclusive.equals("keep"));
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
        Objective objective = Objective.atMost(
                section.share("objective").orElse(0.001), section.share("floor").orElse(0.05));
        return new Metric.ErrorRate(
                "error rate",
                Set.of(),
                section.share("regression").map(objective::withRegression).orElse(objective),
                section.positive("weight", 1));
    }

    private static Metric latency(Section section) {
        double percentile = section.positive("percentile", 95);
        Objective objective = Objective.atMost(
                section.duration("objective", Duration.ofMillis(500)),
                section.duration("floor", Duration.ofSeconds(5)));
        return new Metric.LatencyPercentile(
                "latency p" + (percentile == Math.rint(percentile) ? Long.toString((long) percentile) : percentile),
                Set.of(),
                percentile / 100,
                section.duration("regression")
                        .map(most -> objective.withRegression(most.toNanos() / 1e9))
                        .orElse(objective),
                section.positive("weight", 1));
    }

    private static Metric check(Section section) {
        Check check = CheckReader.check(section.section("check", CheckReader.CHECK_KEYS), Duration.ofSeconds(5));
        return new Metric.CheckSuccess(
                check.name(),
                check,
                Objective.atLeast(
                        section.share("objective").orElse(1.0),
                        section.share("floor").orElse(0.8)),
                section.positive("weight", 1));
    }

    private static Metric prometheus(Section section) {
        double good = required(section, "objective");
        double floor = required(section, "floor");
        PrometheusQuery query =
                CheckReader.prometheus(section, "query", section.duration("timeout", Duration.ofSeconds(5)));
        return new Metric.PrometheusValue(
                section.text("name").orElse(query.query()),
                query,
                floor < good ? Objective.atLeast(good, floor) : Objective.atMost(good, floor),
                section.positive("weight", 1));
    }

    private static double required(Section section, String key) {
        return section.number(key)
                .orElseThrow(() -> section.bad(key, "is missing", "Give a number in the unit of the query"));
    }

    private static Metric log(Section section) {
        Path file = InstanceReader.absolute(section, "file", "Give the absolute path of the log file");
        Pattern pattern =
                CheckReader.pattern(section, "pattern", section.required("pattern", "Give a regular expression"));
        return new Metric.LogMatches(
                section.text("name").orElse("/" + pattern + "/ in " + file.getFileName()),
                file,
                pattern,
                Objective.atMost(
                        section.number("objective").orElse(0),
                        section.number("floor").orElse(10)),
                section.positive("weight", 1));
    }
}
