package io.jenkins.plugins.transparentdeploy.engine.service;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import io.jenkins.plugins.transparentdeploy.engine.strategy.BatchSize;
import io.jenkins.plugins.transparentdeploy.engine.strategy.BlueGreen;
import io.jenkins.plugins.transparentdeploy.engine.strategy.Canary;
import io.jenkins.plugins.transparentdeploy.engine.strategy.CanaryStep;
import io.jenkins.plugins.transparentdeploy.engine.strategy.Recreate;
import io.jenkins.plugins.transparentdeploy.engine.strategy.Rolling;
import io.jenkins.plugins.transparentdeploy.engine.strategy.Slot;
import io.jenkins.plugins.transparentdeploy.engine.strategy.Strategy;
import io.jenkins.plugins.transparentdeploy.engine.strategy.Wait;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** Reads in which order instances change. */
final class StrategyReader {
    static final Set<String> STRATEGIES = Set.of(Recreate.NAME, Rolling.NAME, BlueGreen.NAME, Canary.NAME);
    static final Set<String> ROLLING_KEYS = Set.of("batch", "pause", "analysis", "surge");
    static final Set<String> BLUE_GREEN_KEYS = Set.of("slots", "keep");
    static final Set<String> CANARY_KEYS = Set.of("instances", "steps", "batch");
    static final Set<String> STEP_KEYS = Set.of("weight", "pause", "window", "minimumSamples");

    private static final String UNTIL_NEXT = "until next release";
    private static final String MANUAL = "manual";
    private static final List<CanaryStep> STEPS = List.of(CanaryStep.of(5), CanaryStep.of(20), CanaryStep.of(50));

    private final Section environment;
    private final List<InstanceDefinition> definitions;
    private final List<String> instances;

    private StrategyReader(Section environment, List<InstanceDefinition> definitions) {
        this.environment = environment;
        this.definitions = definitions;
        this.instances = definitions.stream().map(InstanceDefinition::name).toList();
    }

    static Strategy read(Section environment, List<InstanceDefinition> instances) {
        return new StrategyReader(environment, instances).read();
    }

    private Strategy read() {
        JsonNode node = environment.child("strategy").orElse(null);
        if (node == null) {
            return instances.size() > 1 && environment.has("loadBalancer")
                    ? new Rolling(1, Duration.ZERO)
                    : new Recreate();
        }
        String name = node.isTextual() ? known(node.asText()) : onlyKey(node);
        JsonNode options =
                node.isTextual() || node.get(name).isNull() ? JsonNodeFactory.instance.objectNode() : node.get(name);
        String path = environment.at("strategy") + "." + name;
        return switch (name) {
            case Recreate.NAME -> recreate(Section.of(path, options, Set.of()));
            case Rolling.NAME -> rolling(Section.of(path, options, ROLLING_KEYS));
            case BlueGreen.NAME -> blueGreen(Section.of(path, options, BLUE_GREEN_KEYS));
            case Canary.NAME -> canary(Section.of(path, options, CANARY_KEYS));
            default -> throw new IllegalStateException(name);
        };
    }

    private String known(String name) {
        if (!STRATEGIES.contains(name)) {
            throw environment.bad(
                    "strategy", "names the unknown strategy '" + name + "'", NearestName.cure(name, STRATEGIES));
        }
        return name;
    }

    private String onlyKey(JsonNode node) {
        return Section.of(environment.at("strategy"), node, STRATEGIES).oneOf(STRATEGIES, "strategy");
    }

    private static Strategy recreate(Section options) {
        return new Recreate();
    }

    private Strategy rolling(Section options) {
        boolean judged = options.flag("analysis", false);
        if (judged && !environment.has("analysis")) {
            throw options.bad(
                    "analysis", "judges between batches, and the environment says not how", "Add 'analysis:'");
        }
        return new Rolling(
                batch(options), new Wait.For(options.duration("pause", Duration.ZERO)), judged, surge(options));
    }

    private Set<String> surge(Section options) {
        Set<String> surge = Set.copyOf(new HashSet<>(options.texts("surge")));
        if (surge.isEmpty()) {
            return surge;
        }
        requireLoadBalancer(options, "sending requests to the surge");
        for (InstanceDefinition definition : definitions) {
            if (surge.contains(definition.name())) {
                ScalingReader.requireStartAndStop(options.at("surge"), definition);
            }
        }
        for (String name : surge) {
            if (!instances.contains(name)) {
                throw options.bad(
                        "surge",
                        "names the unknown instance '" + name + "'",
                        "Name instances that serve only while a release rolls, of " + String.join(", ", instances));
            }
        }
        if (surge.size() == instances.size()) {
            throw options.bad("surge", "leaves no instance that serves at all times", "Name fewer");
        }
        return surge;
    }

    private static BatchSize batch(Section options) {
        String text = options.text("batch").orElse("1").trim();
        try {
            return text.endsWith("%")
                    ? BatchSize.share(Integer.parseInt(
                            text.substring(0, text.length() - 1).trim()))
                    : BatchSize.count(Integer.parseInt(text));
        } catch (IllegalArgumentException e) {
            throw options.bad("batch", "is '" + text + "'", "Give a number from 1, or a share such as 25%");
        }
    }

    private Strategy blueGreen(Section options) {
        requireLoadBalancer(options, "the switch from one slot to the other");
        return new BlueGreen(slots(options), keep(options));
    }

    private void requireLoadBalancer(Section options, String what) {
        if (!environment.has("loadBalancer")) {
            throw new RefusedException(
                    "'" + options.path() + "' needs a load balancer for " + what + ", and the environment has none",
                    "Add 'loadBalancer:', or use the strategy recreate");
        }
    }

    private List<Slot> slots(Section options) {
        if (!options.has("slots")) {
            if (instances.size() != 2) {
                throw options.bad(
                        "slots",
                        "is missing, and there are " + instances.size() + " instances to divide between two slots",
                        "Say it as 'slots: {blue: [a, b], green: [c, d]}'");
            }
            return List.of(new Slot("blue", instances.subList(0, 1)), new Slot("green", instances.subList(1, 2)));
        }
        Section slots = Section.open(options.at("slots"), options.child("slots").orElseThrow());
        List<Slot> named = new ArrayList<>();
        slots.entries().keySet().forEach(name -> named.add(slot(slots, name)));
        Set<String> all = new HashSet<>();
        named.forEach(slot -> all.addAll(slot.instances()));
        int sum = named.stream().mapToInt(slot -> slot.instances().size()).sum();
        if (named.size() != 2 || sum != instances.size() || all.size() != instances.size()) {
            throw options.bad(
                    "slots",
                    "does not put each of the instances " + String.join(", ", instances) + " into one of two slots",
                    "Say it as 'slots: {blue: [a, b], green: [c, d]}'");
        }
        return named;
    }

    private Slot slot(Section slots, String name) {
        List<String> members = slots.texts(name);
        if (members.isEmpty()) {
            throw slots.bad(name, "has no instances", "Name at least one");
        }
        requireInstances(slots, name, members);
        return new Slot(Section.checkName(slots.at(name), name), members);
    }

    private void requireInstances(Section section, String key, List<String> names) {
        for (String name : names) {
            if (!instances.contains(name)) {
                throw section.bad(
                        key,
                        "names the unknown instance '" + name + "'",
                        NearestName.cure(name, Set.copyOf(instances)));
            }
        }
    }

    private static Optional<Duration> keep(Section options) {
        return options.text("keep").filter(text -> !text.equals(UNTIL_NEXT)).isEmpty()
                ? Optional.empty()
                : options.duration("keep");
    }

    private Strategy canary(Section options) {
        requireLoadBalancer(options, "dividing requests between the releases");
        List<String> canaries = options.texts("instances");
        requireInstances(options, "instances", canaries);
        if (Math.max(1, canaries.size()) >= instances.size()) {
            throw options.bad(
                    "instances",
                    "leaves no instance to compare the canary with",
                    "A canary takes at least two instances, one of which keeps the release before meanwhile");
        }
        List<CanaryStep> steps = options.has("steps") ? steps(options) : STEPS;
        boolean looked = environment.has("analysis")
                || steps.stream().anyMatch(step -> !step.pause().equals(Wait.NONE));
        if (!looked) {
            throw options.bad(
                    "steps",
                    "neither judges the canary nor waits for somebody to do so",
                    "Add 'analysis:' to the environment, or 'pause: manual' to a step");
        }
        return new Canary(canaries, steps, batch(options));
    }

    private static List<CanaryStep> steps(Section options) {
        List<JsonNode> nodes = options.list("steps", node -> node);
        List<CanaryStep> steps = new ArrayList<>();
        for (int i = 0; i < nodes.size(); i++) {
            ObjectNode node = nodes.get(i).isObject()
                    ? (ObjectNode) nodes.get(i)
                    : JsonNodeFactory.instance.objectNode().set("weight", nodes.get(i));
            steps.add(step(Section.of(options.at("steps") + "[" + i + "]", node, STEP_KEYS)));
        }
        if (steps.isEmpty()) {
            throw options.bad("steps", "names none", "Say it as 'steps: [5, 20, 50]'");
        }
        return steps;
    }

    private static CanaryStep step(Section step) {
        String weight = step.required("weight", "Give the share of requests, such as 20%")
                .replace("%", "")
                .trim();
        try {
            return new CanaryStep(
                    Integer.parseInt(weight),
                    wait(step),
                    step.duration("window"),
                    step.has("minimumSamples")
                            ? OptionalLong.of(step.whole("minimumSamples", 1, 1, 1_000_000))
                            : OptionalLong.empty());
        } catch (IllegalArgumentException e) {
            throw step.bad("weight", "is '" + weight + "'", "Give a whole number of percent, from 1 to 100");
        }
    }

    private static Wait wait(Section step) {
        return step.text("pause").filter(MANUAL::equals).isPresent()
                ? new Wait.UntilPromoted()
                : new Wait.For(step.duration("pause", Duration.ZERO));
    }
}
