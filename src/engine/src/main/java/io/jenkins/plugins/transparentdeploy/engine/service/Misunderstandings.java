package io.jenkins.plugins.transparentdeploy.engine.service;

import com.fasterxml.jackson.databind.JsonNode;
import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import io.jenkins.plugins.transparentdeploy.engine.strategy.Canary;
import io.jenkins.plugins.transparentdeploy.engine.strategy.CanaryStep;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/**
 * What can be read, and does nothing or something else than its author means. It is refused where something new is
 * described, and not in a release's record: who wrote that was not told, and going back must not fail for it.
 */
final class Misunderstandings {
    /** Only beside a check, which has none of its own. */
    private static final Set<String> BESIDE_A_CHECK = Set.of("objective", "floor", "weight");

    private final String path;
    private final JsonNode environment;

    private Misunderstandings(String path, JsonNode environment) {
        this.path = path;
        this.environment = environment;
    }

    /**
     * Looks through what was written, before it is read; whatever cannot be read it leaves to the readers.
     *
     * @param path of the environment; empty for what a step or {@code --set} says
     * @throws RefusedException for the first thing that is not what it looks like
     */
    static void refuse(String path, JsonNode environment) {
        new Misunderstandings(path, environment).refuse();
    }

    private void refuse() {
        refuseShare(at("scaling.latency"), environment.path("scaling").path("latency"));
        JsonNode metrics = environment.path("analysis").path("metrics");
        for (int i = 0; i < metrics.size(); i++) {
            String metric = at("analysis.metrics[" + i + "]");
            refuseBeside(metric, metrics.path(i));
            refuseShare(metric + ".latency", metrics.path(i).path("latency"));
            refusePlaceholders(metric, metrics.path(i));
        }
    }

    private String at(String key) {
        return path.isEmpty() ? key : path + "." + key;
    }

    /** Shares are written 0.05 nearly everywhere else. */
    private static void refuseShare(String at, JsonNode latency) {
        JsonNode percentile = latency.path("percentile");
        if (percentile.isNumber() && percentile.asDouble() > 0 && percentile.asDouble() < 1) {
            String meant = percentile
                    .decimalValue()
                    .movePointRight(2)
                    .stripTrailingZeros()
                    .toPlainString();
            throw new RefusedException(
                    "'" + at + ".percentile' is '" + percentile.asText() + "', a share",
                    "Write " + meant + " for the " + meant + "th percentile");
        }
    }

    private static void refuseBeside(String at, JsonNode metric) {
        Optional<String> kind = AnalysisReader.METRICS.stream()
                .filter(name -> !name.equals("check") && metric.hasNonNull(name))
                .sorted()
                .findFirst();
        Optional<String> ignored =
                BESIDE_A_CHECK.stream().filter(metric::hasNonNull).sorted().findFirst();
        if (kind.isPresent() && ignored.isPresent() && !metric.hasNonNull("check")) {
            throw new RefusedException(
                    "'" + at + "." + ignored.get() + "' stands beside '" + kind.get() + "', and says nothing there",
                    "Write it into '" + kind.get() + "', as in '- " + kind.get() + ": {" + ignored.get() + ": …}'");
        }
    }

    /** All instances are judged together. */
    private static void refusePlaceholders(String at, JsonNode node) {
        if (node.isTextual()) {
            Placeholders.ofAnInstance(node.asText()).ifPresent(name -> {
                throw new RefusedException(
                        "'" + at + "' has the placeholder {" + name + "}, which is not filled in here",
                        "Write one metric for each instance, with its own value, or judge by what all have in common");
            });
        }
        for (int i = 0; node.isArray() && i < node.size(); i++) {
            refusePlaceholders(at + "[" + i + "]", node.get(i));
        }
        node.fields().forEachRemaining(field -> refusePlaceholders(at + "." + field.getKey(), field.getValue()));
    }

    /** @throws RefusedException for a step of a canary that cannot be judged as it says */
    static void refuseSteps(String path, EnvironmentDefinition definition) {
        if (definition.strategy() instanceof Canary canary) {
            for (int i = 0; i < canary.steps().size(); i++) {
                refuse(
                        path + ".strategy.canary.steps[" + i + "]",
                        canary.steps().get(i),
                        definition.analysis());
            }
        }
    }

    private static void refuse(String at, CanaryStep step, Optional<AnalysisDefinition> analysis) {
        if (analysis.isEmpty()
                && (step.window().isPresent() || step.minimumSamples().isPresent())) {
            throw new RefusedException(
                    "'" + at + "." + (step.window().isPresent() ? "window" : "minimumSamples")
                            + "' says how the canary is judged, and the environment says not by what",
                    "Add 'analysis:', or leave it out; 'pause' is how long a step lasts without");
        }
        if (analysis.isEmpty() || step.window().isEmpty()) {
            return;
        }
        Duration interval = analysis.get().spec().interval();
        if (step.window().get().compareTo(interval) < 0) {
            throw new RefusedException(
                    "'" + at + ".window' is "
                            + HumanDuration.format(step.window().get()) + ", and the analysis samples every "
                            + HumanDuration.format(interval),
                    "Make it at least as long, or 'analysis.interval' shorter");
        }
    }
}
