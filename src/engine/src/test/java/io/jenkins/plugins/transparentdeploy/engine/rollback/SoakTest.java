package io.jenkins.plugins.transparentdeploy.engine.rollback;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseState;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Release after release and rollback after rollback behind a real nginx and a real HAProxy, while GET and POST go on at a
 * steady rate, none of which is sent twice by anybody: all are answered, by one release or the other.
 *
 * <p>Two releases and two rollbacks; with {@code -Dfaults=all}, twenty of each.
 */
class SoakTest {
    private static final int TIMES = "all".equals(System.getProperty("faults")) ? 20 : 2;

    @TempDir
    private Path temporary;

    @ParameterizedTest
    @CsvSource({
        "rolling,nginx", "rolling,haproxy",
        "canary,nginx", "canary,haproxy",
        "blueGreen,nginx", "blueGreen,haproxy"
    })
    void nobodyNoticesReleasesAndRollbacks(String strategy, String balancer) throws Exception {
        try (BusyShop shop = new BusyShop(
                Files.createDirectory(temporary.resolve("shop")),
                strategy.equals("canary") ? "{canary: {steps: [20, {weight: 50, pause: 200ms}]}}" : strategy,
                balancer)) {
            shop.open();
            for (int i = 0; i < TIMES; i++) {
                assertThat(shop.release("2", record -> {}).state()).isEqualTo(ReleaseState.SUCCEEDED);
                shop.awaitSomeRequests();
                assertThat(shop.answer()).isEqualTo("two");
                assertThat(shop.rollback().state()).isEqualTo(ReleaseState.ROLLED_BACK);
                shop.awaitSomeRequests();
                assertThat(shop.answer()).isEqualTo("one");
                assertThat(shop.load().failures()).as("after %d of each", i + 1).isEmpty();
            }
            shop.endRequests();
            assertThat(shop.load().failures()).isEmpty();
        }
    }
}
