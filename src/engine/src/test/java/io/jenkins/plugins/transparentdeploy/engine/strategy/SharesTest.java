package io.jenkins.plugins.transparentdeploy.engine.strategy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.LoadBalancer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class SharesTest {
    @Test
    void sharesOfEqualInstancesAreExact() {
        assertThat(Shares.of(Map.of("a", 100, "b", 100), List.of("a"), 5)).isEqualTo(Map.of("a", 52, "b", 988));
        assertThat(Shares.of(Map.of("a", 100, "b", 100, "c", 100), List.of("a"), 20))
                .isEqualTo(Map.of("a", 500, "b", 1000, "c", 1000));
    }

    @Test
    void allOrNothingIsAllOrNothing() {
        assertThat(Shares.of(Map.of("a", 7, "b", 3), List.of("a"), 100)).isEqualTo(Map.of("a", 1000, "b", 0));
        assertThat(Shares.of(Map.of("a", 7, "b", 3), List.of("a"), 0)).isEqualTo(Map.of("a", 0, "b", 1000));
    }

    @Test
    void whatSomebodyElseDrainedStaysDrained() {
        assertThat(Shares.of(Map.of("a", 10, "b", 10, "c", 0), List.of("a"), 50))
                .isEqualTo(Map.of("a", 1000, "b", 1000, "c", 0));
    }

    @Test
    void whoeverServesAloneGetsRequestsEvenIfItNeverDid() {
        assertThat(Shares.only(Map.of("a", 100, "b", 0), List.of("b"))).isEqualTo(Map.of("a", 0, "b", 100));
        assertThat(Shares.only(Map.of("a", 0, "b", 0), List.of("b"))).isEqualTo(Map.of("a", 0, "b", 1));
        assertThat(Shares.only(Map.of("a", 7, "b", 3), List.of("b"))).isEqualTo(Map.of("a", 0, "b", 3));
    }

    @Test
    void aShareThatNobodyCouldGetOrNobodyCouldGiveIsNone() {
        assertThat(Shares.of(Map.of("a", 0, "b", 10), List.of("a"), 5)).isEmpty();
        assertThat(Shares.of(Map.of("a", 10, "b", 0), List.of("a"), 5)).isEmpty();
    }

    @Property
    void theShareIsWithinAHundredthOfWhatWasAskedAndEverybodyInServiceGetsSome(
            @ForAll @Size(min = 1, max = 6) List<@IntRange(min = 1, max = 1000) Integer> some,
            @ForAll @Size(min = 1, max = 6) List<@IntRange(min = 1, max = 1000) Integer> others,
            @ForAll @IntRange(min = 1, max = 99) int percent) {
        Map<String, Integer> usual = new LinkedHashMap<>();
        for (int i = 0; i < some.size(); i++) {
            usual.put("some" + i, some.get(i));
        }
        List<String> names = List.copyOf(usual.keySet());
        for (int i = 0; i < others.size(); i++) {
            usual.put("other" + i, others.get(i));
        }
        Map<String, Integer> weights = Shares.of(usual, names, percent);
        double all = weights.values().stream().mapToInt(Integer::intValue).sum();
        double theirs = names.stream().mapToInt(weights::get).sum();
        assertThat(theirs / all).isCloseTo(percent / 100.0, within(0.01));
        assertThat(weights.values()).allMatch(weight -> weight >= 1 && weight <= LoadBalancer.MAX_WEIGHT);
    }
}
