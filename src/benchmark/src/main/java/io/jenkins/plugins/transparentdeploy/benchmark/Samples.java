package io.jenkins.plugins.transparentdeploy.benchmark;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What was measured of each contender in each scenario. */
final class Samples {
    private final Map<String, Map<Scenario, List<Long>>> nanos = new LinkedHashMap<>();

    void add(Contender contender, Scenario scenario, long duration) {
        nanos.computeIfAbsent(contender.name(), name -> new EnumMap<>(Scenario.class))
                .computeIfAbsent(scenario, key -> new ArrayList<>())
                .add(duration);
    }

    /** Empty if it was not measured. */
    Optional<Duration> median(String contender, Scenario scenario) {
        List<Long> all = new ArrayList<>(nanos.getOrDefault(contender, Map.of()).getOrDefault(scenario, List.of()));
        if (all.isEmpty()) {
            return Optional.empty();
        }
        Collections.sort(all);
        int middle = all.size() / 2;
        long median = all.size() % 2 == 1 ? all.get(middle) : (all.get(middle - 1) + all.get(middle)) / 2;
        return Optional.of(Duration.ofNanos(median));
    }
}
