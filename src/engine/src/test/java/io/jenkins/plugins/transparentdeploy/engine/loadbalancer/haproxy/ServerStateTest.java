package io.jenkins.plugins.transparentdeploy.engine.loadbalancer.haproxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.jenkins.plugins.transparentdeploy.engine.strategy.Shares;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class ServerStateTest {
    @Property
    void theShareOfACanaryIsHardlyRounded(
            @ForAll @IntRange(min = 1, max = 99) int percent, @ForAll @IntRange(min = 2, max = 8) int instances) {
        Map<String, Integer> usual = new LinkedHashMap<>();
        for (int i = 0; i < instances; i++) {
            usual.put("i" + i, 100);
        }
        Map<String, Integer> shares = Shares.of(usual, List.of("i0"), percent);
        double all = shares.values().stream().mapToInt(ServerState::weightFor).sum();
        assertThat(ServerState.weightFor(shares.get("i0")) / all)
                .isCloseTo(percent / 100.0, within(percent <= 50 ? 0.005 : 0.03));
    }

    @Property
    void aWeightThatWasReadIsTheSameWhenItIsSet(@ForAll @IntRange(min = 1, max = 256) int weight) {
        ServerState server = new ServerState("a", "127.0.0.1", 80, 0, weight, weight, "");
        assertThat(server.has(server.share())).isTrue();
    }
}
