package io.jenkins.plugins.transparentdeploy.engine.rollback;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.OpenLoopLoad;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseRecord;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseState;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Two instances, of which one dies without anybody having said so to the load balancer, which sends what finds nobody there to
 * the other: the other is not taken out before the first is back. As long as one of them serves no request fails.
 */
class DeadInServiceTest {
    /** Somebody has seen that it is ready, and it is about to get requests. */
    private static final String ABOUT_TO_COME_IN = "intent ShiftTraffic 2";

    @TempDir
    private Path temporary;

    private BusyShop shop(String strategy, String balancer) throws Exception {
        return new BusyShop(
                Files.createDirectory(temporary.resolve("shop")),
                strategy.equals("canary") ? "{canary: {steps: [{weight: 50, pause: 200ms}]}}" : strategy,
                balancer);
    }

    private static void assertThatNobodyNoticed(BusyShop shop, String release) throws Exception {
        shop.awaitSomeRequests();
        shop.endRequests();
        assertThat(shop.load().failures())
                .extracting(OpenLoopLoad.Failure::reason)
                .isEmpty();
        assertThat(shop.answer()).isEqualTo(release);
    }

    @ParameterizedTest
    @CsvSource({"rolling,'nginx, next'", "rolling,'haproxy, next'", "canary,'nginx, next'", "canary,'haproxy, next'"})
    void theReleaseGoesNoFurtherAndBack(String strategy, String balancer) throws Exception {
        try (BusyShop shop = shop(strategy, balancer)) {
            shop.open();
            var before = shop.weights();
            ReleaseRecord record = shop.release("2", Moment.of(ABOUT_TO_COME_IN, () -> shop.kill("a")));
            assertThat(record.state()).as(record.toString()).isEqualTo(ReleaseState.ROLLED_BACK);
            assertThat(record.incident().orElseThrow().reason()).contains("instance 'a' ended", "beside 'a'");
            assertThat(shop.operations(record, "b")).doesNotContain("StopInstance");
            assertThat(shop.weights()).isEqualTo(before);
            assertThatNobodyNoticed(shop, "one");
        }
    }

    @ParameterizedTest
    @CsvSource({"rolling,'nginx, next'", "canary,'haproxy, next'"})
    void aReleaseBringsTheDeadOneInBeforeItTakesTheOtherOut(String strategy, String balancer) throws Exception {
        try (BusyShop shop = shop(strategy, balancer)) {
            shop.release("1", record -> {});
            shop.kill("b");
            shop.beginRequests();
            ReleaseRecord record = shop.release("2", journaled -> {});
            assertThat(record.state()).as(record.toString()).isEqualTo(ReleaseState.SUCCEEDED);
            assertThatNobodyNoticed(shop, "two");
        }
    }

    @ParameterizedTest
    @CsvSource({"rolling,'nginx, next'", "canary,'haproxy, next'"})
    void aRollbackBringsTheDeadOneInBeforeItTakesTheOtherOut(String strategy, String balancer) throws Exception {
        try (BusyShop shop = shop(strategy, balancer)) {
            shop.release("1", record -> {});
            shop.release("2", record -> {});
            shop.kill("b");
            shop.beginRequests();
            ReleaseRecord record = shop.rollback(journaled -> {});
            assertThat(record.state()).as(record.toString()).isEqualTo(ReleaseState.ROLLED_BACK);
            assertThatNobodyNoticed(shop, "one");
        }
    }

    @ParameterizedTest
    @CsvSource({"rolling,'haproxy, next'", "canary,'nginx, next'"})
    void aRollbackStartsWhatDiesOnTheWayOnceMore(String strategy, String balancer) throws Exception {
        try (BusyShop shop = shop(strategy, balancer)) {
            shop.release("1", record -> {});
            shop.release("2", record -> {});
            shop.beginRequests();
            ReleaseRecord record = shop.rollback(Moment.of(ABOUT_TO_COME_IN, () -> shop.kill("a")));
            assertThat(record.state()).as(record.toString()).isEqualTo(ReleaseState.ROLLED_BACK);
            assertThatNobodyNoticed(shop, "one");
        }
    }
}
