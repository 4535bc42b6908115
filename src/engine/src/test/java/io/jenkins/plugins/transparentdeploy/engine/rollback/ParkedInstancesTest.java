package io.jenkins.plugins.transparentdeploy.engine.rollback;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.transparentdeploy.engine.release.ManagedEnvironment;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseEvent;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseRecord;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseState;
import io.jenkins.plugins.transparentdeploy.engine.release.Scaling;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A scaling rule has parked some instances: what they get is nothing to those who are served, and the others take turns. */
class ParkedInstancesTest {
    @TempDir
    private Path temporary;

    private Storefront shop;

    @AfterEach
    void close() throws IOException {
        shop.close();
    }

    /** The first few serve, the others are parked. */
    private void scaledTo(int active, String strategy, String... instances) throws Exception {
        String scaling = "scaling: {demand: 1000, min: %d, cooldown: 0s, window: 50ms}\n".formatted(active);
        shop = new Storefront(temporary, instances).with(scaling + "strategy: rolling\n");
        assertThat(shop.run("one").state()).isEqualTo(ReleaseState.SUCCEEDED);
        try (ManagedEnvironment environment = shop.workshop().open()) {
            assertThat(new Scaling(environment).once().desired()).isEqualTo(active);
        }
        assertThat(shop.weights().values()).filteredOn(weight -> weight > 0).hasSize(active);
        shop.with(scaling + strategy);
    }

    private void assertThatItIs(ReleaseRecord record, ReleaseState state, String content) throws Exception {
        assertThat(record.state()).as(record.toString()).isEqualTo(state);
        assertThat(shop.ask("a")).isEqualTo(content);
        for (String instance : shop.weights().keySet()) {
            assertThat(Files.readString(
                            temporary.resolve("live").resolve(instance).resolve("app")))
                    .isEqualTo(content);
        }
    }

    private List<String> warnings() {
        return shop.workshop().events().stream()
                .filter(event -> event.type() == ReleaseEvent.Type.WARNING)
                .map(ReleaseEvent::message)
                .toList();
    }

    @ParameterizedTest
    @ValueSource(strings = {"50%", "2"})
    void aBatchIsOfThoseThatServeAndLeavesOneOfThem(String batch) throws Exception {
        scaledTo(2, "strategy: {rolling: {batch: %s}}\n".formatted(batch), "a", "b", "c", "d");
        shop.open(50);
        assertThatItIs(shop.run("two"), ReleaseState.SUCCEEDED, "two");
        assertThatItIs(shop.rollback("previous"), ReleaseState.ROLLED_BACK, "one");
        assertThat(shop.weights()).isEqualTo(Map.of("a", 100, "b", 100, "c", 0, "d", 0));
        assertThat(List.of(shop.isRunning("c"), shop.isRunning("d"))).containsOnly(false);
        assertThat(shop.failures()).isEmpty();
    }

    @Test
    void aCanaryIsChosenFromThoseThatServe() throws Exception {
        scaledTo(
                2,
                Storefront.ANALYSIS + "strategy: {canary: {instances: [d], steps: [20, 50], batch: 50%}}\n",
                "a",
                "b",
                "c",
                "d");
        shop.open(50);
        ReleaseRecord record = shop.run("two");
        assertThatItIs(record, ReleaseState.SUCCEEDED, "two");
        assertThat(warnings()).contains("d cannot be the canary while parked; a is instead");
        assertThat(shop.notes(record)).anyMatch(note -> note.startsWith("canary at 50 %: PASS"));
        assertThat(shop.operations(record)).containsSubsequence("StopInstance c", "StopInstance a", "StopInstance b");
        assertThat(shop.weights()).isEqualTo(Map.of("a", 100, "b", 100, "c", 0, "d", 0));
        assertThat(shop.failures()).isEmpty();
    }

    @Test
    void whereOneServesACanaryHasNoSteps() throws Exception {
        scaledTo(1, "strategy: {canary: {steps: [{weight: 50, pause: manual}]}}\n", "a", "b");
        assertThatItIs(shop.run("two"), ReleaseState.SUCCEEDED, "two");
        assertThat(warnings())
                .contains(
                        "the steps of the canary are left out, for there is no second instance that serves, to compare"
                                + " it with",
                        "nobody is served while a is replaced, for all others are parked; 'scaling: {min: 2}' keeps a"
                                + " second one serving");
        assertThat(shop.weights()).isEqualTo(Map.of("a", 100, "b", 0));
        assertThatItIs(shop.rollback("previous"), ReleaseState.ROLLED_BACK, "one");
    }
}
