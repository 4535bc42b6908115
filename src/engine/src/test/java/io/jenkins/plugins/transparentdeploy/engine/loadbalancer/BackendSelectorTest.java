package io.jenkins.plugins.transparentdeploy.engine.loadbalancer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.BackendSelector.Candidate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class BackendSelectorTest {
    private static List<Candidate> candidates(List<Integer> weights, List<Integer> inFlight) {
        return IntStream.range(0, weights.size())
                .mapToObj(i -> new Candidate("backend-" + i, weights.get(i), i < inFlight.size() ? inFlight.get(i) : 0))
                .toList();
    }

    private static Map<String, Integer> chosen(BackendSelector selector, List<Candidate> candidates, int times) {
        Map<String, Integer> counts = new HashMap<>();
        for (int i = 0; i < times; i++) {
            counts.merge(selector.select(candidates).orElseThrow().name(), 1, Integer::sum);
        }
        return counts;
    }

    @Property(tries = 200)
    void noneChoosesADrainedOneAndAllChooseSomeOther(
            @ForAll Balancing balancing,
            @ForAll @Size(min = 1, max = 6) List<@IntRange(max = 4) Integer> weights,
            @ForAll @Size(max = 6) List<@IntRange(max = 50) Integer> inFlight) {
        BackendSelector selector = balancing.newSelector();
        List<Candidate> candidates = candidates(weights, inFlight);
        boolean allDrained = weights.stream().allMatch(weight -> weight == 0);
        for (int i = 0; i < 20; i++) {
            assertThat(selector.select(candidates).map(Candidate::weight).orElse(0) == 0)
                    .isEqualTo(allDrained);
        }
    }

    @Property(tries = 200)
    void roundRobinIsExactOverARound(@ForAll @Size(min = 1, max = 6) List<@IntRange(max = 9) Integer> weights) {
        int round = weights.stream().mapToInt(Integer::intValue).sum();
        List<Candidate> candidates = candidates(weights, List.of());
        BackendSelector selector = Balancing.ROUND_ROBIN.newSelector();
        for (int i = 0; i < 3; i++) {
            Map<String, Integer> counts = chosen(selector, candidates, round);
            candidates.forEach(candidate ->
                    assertThat(counts.getOrDefault(candidate.name(), 0)).isEqualTo(candidate.weight()));
        }
    }

    @Test
    void roundRobinIsSmooth() {
        BackendSelector selector = Balancing.ROUND_ROBIN.newSelector();
        List<Candidate> candidates =
                List.of(new Candidate("a", 5, 0), new Candidate("b", 1, 0), new Candidate("c", 1, 0));
        String order = IntStream.range(0, 7)
                .mapToObj(i -> selector.select(candidates).orElseThrow().name())
                .collect(Collectors.joining());
        assertThat(order).isEqualTo("aabacaa");
    }

    @Test
    void roundRobinHasNoBurstForOneThatComesBack() {
        BackendSelector selector = Balancing.ROUND_ROBIN.newSelector();
        List<Candidate> both = candidates(List.of(10, 10), List.of());
        chosen(selector, both, 7);
        chosen(selector, candidates(List.of(10, 0), List.of()), 1000);
        assertThat(chosen(selector, both, 10)).containsValues(5, 5);
    }

    @Test
    void randomOnesFollowTheWeights() {
        List<Candidate> candidates = candidates(List.of(10, 30, 60, 0), List.of());
        // The draw, not the choice of two, is what follows the weights exactly.
        Map<String, Integer> counts = chosen(new WeightedRandom(new Random(1)), candidates, 30_000);
        assertThat(counts).doesNotContainKey("backend-3");
        assertThat(counts.get("backend-0") / 30_000.0).isCloseTo(0.1, within(0.01));
        assertThat(counts.get("backend-1") / 30_000.0).isCloseTo(0.3, within(0.01));
        Map<String, Integer> two = chosen(new TwoRandomChoices(new Random(1)), candidates, 30_000);
        assertThat(two.get("backend-2") / 30_000.0).isCloseTo(0.6, within(0.01));
    }

    @Test
    void twoChoicesAvoidTheBusyOne() {
        List<Candidate> two = List.of(new Candidate("busy", 10, 5), new Candidate("free", 10, 0));
        assertThat(chosen(new TwoRandomChoices(new Random(1)), two, 1000)).containsOnlyKeys("free");
    }

    @Test
    void leastConnectionsCountsForTheWeight() {
        BackendSelector selector = Balancing.LEAST_CONNECTIONS.newSelector();
        assertThat(selector.select(List.of(new Candidate("a", 10, 2), new Candidate("b", 100, 10))))
                .map(Candidate::name)
                .contains("b");
        assertThat(selector.select(List.of(new Candidate("a", 10, 0), new Candidate("b", 100, 10))))
                .map(Candidate::name)
                .contains("a");
    }

    @Property(tries = 100)
    void leastConnectionsIsWithinOneOfEven(@ForAll @IntRange(min = 1, max = 6) int backends) {
        BackendSelector selector = Balancing.LEAST_CONNECTIONS.newSelector();
        List<Integer> inFlight = new ArrayList<>(java.util.Collections.nCopies(backends, 0));
        List<Integer> weights = java.util.Collections.nCopies(backends, 7);
        for (int i = 0; i < 40; i++) {
            String name =
                    selector.select(candidates(weights, inFlight)).orElseThrow().name();
            int index = Integer.parseInt(name.substring("backend-".length()));
            inFlight.set(index, inFlight.get(index) + 1);
        }
        assertThat(java.util.Collections.max(inFlight) - java.util.Collections.min(inFlight))
                .isLessThanOrEqualTo(1);
    }

    @Test
    void isFoundByName() {
        for (Balancing balancing : Balancing.values()) {
            assertThat(Balancing.named(balancing.toString())).isEqualTo(balancing);
        }
        assertThatThrownBy(() -> Balancing.named("fastest"))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("'fastest'")
                .hasMessageContaining("round-robin, random, weighted, least-connections");
    }
}
