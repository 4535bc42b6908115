package io.jenkins.plugins.transparentdeploy.engine.service;

import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import io.jenkins.plugins.transparentdeploy.engine.scaling.Load;
import io.jenkins.plugins.transparentdeploy.engine.scaling.ScalingRule;
import io.jenkins.plugins.transparentdeploy.engine.strategy.BlueGreen;
import io.jenkins.plugins.transparentdeploy.engine.strategy.Strategy;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/** Reads when a service gets more instances. */
final class ScalingReader {
    static final Set<String> LOADS = Set.of("demand", "latency", "prometheus");
    static final Set<String> KEYS =
            Set.of("demand", "latency", "prometheus", "min", "max", "hysteresis", "cooldown", "window");
    static final Set<String> LATENCY_KEYS = Set.of("percentile", "objective");
    static final Set<String> PROMETHEUS_KEYS = Set.of("query", "server", "auth", "caFile", "timeout", "objective");

    private ScalingReader() {}

    static ScalingRule read(
            Section section, List<InstanceDefinition> instances, Strategy strategy, boolean hasLoadBalancer) {
        if (strategy instanceof BlueGreen) {
            throw new RefusedException(
                    "'" + section.path() + "' parks instances, and with blue-green a slot serves as a whole",
                    "Use another strategy, or leave 'scaling' out");
        }
        if (!strategy.surge().isEmpty()) {
            throw new RefusedException(
                    "'" + section.path() + "' and the strategy's 'surge' both say which instances are parked",
                    "Use one of them: with a scaling rule, 'min' keeps capacity while a release rolls");
        }
        if (!hasLoadBalancer) {
            throw new RefusedException(
                    "'" + section.path() + "' needs a load balancer, and the environment has none",
                    "Add 'loadBalancer:'");
        }
        instances.forEach(instance -> requireStartAndStop(section.path(), instance));
        return new ScalingRule(
                load(section),
                section.whole("min", 1, 1, instances.size()),
                section.whole("max", instances.size(), 1, instances.size()),
                section.share("hysteresis").orElse(0.2),
                section.duration("cooldown", Duration.ofMinutes(2)),
                section.duration("window", Duration.ofSeconds(10)));
    }

    /** @param path of what starts and stops it */
    static void requireStartAndStop(String path, InstanceDefinition instance) {
        boolean can = instance.process()
                .map(process -> !(process.how() instanceof ProcessDefinition.Reload))
                .orElse(false);
        if (!can) {
            throw new RefusedException(
                    "'" + path + "' starts and stops instances, and nothing says how to do that with '"
                            + instance.name() + "'",
                    "Give 'process' a 'run', or 'start' and 'stop'");
        }
    }

    private static Load load(Section section) {
        String kind = section.oneOf(LOADS, "load");
        return switch (kind) {
            case "demand" -> new Load.Demand(section.positive(kind, 1));
            case "latency" -> {
                Section latency = section.section(kind, LATENCY_KEYS);
                yield new Load.Latency(
                        latency.percentile("percentile", 95),
                        latency.duration("objective")
                                .orElseThrow(() -> latency.bad("objective", "is missing", HumanDuration.EXAMPLES)));
            }
            case "prometheus" -> {
                Section query = section.section(kind, PROMETHEUS_KEYS);
                yield new Load.Reading(
                        CheckReader.prometheus(query, "query", query.duration("timeout", Duration.ofSeconds(5))),
                        query.number("objective")
                                .orElseThrow(() -> query.bad(
                                        "objective", "is missing", "Give a number in the unit of the query")));
            }
            default -> throw new IllegalStateException(kind);
        };
    }
}
