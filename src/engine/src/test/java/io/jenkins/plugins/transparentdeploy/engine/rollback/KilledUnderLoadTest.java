package io.jenkins.plugins.transparentdeploy.engine.rollback;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.OpenLoopLoad;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseRecord;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * {@code kill -9} in the middle of rolling, canary and blue-green, behind a real nginx and a real HAProxy, while there are
 * requests, none of which is sent twice. Of {@code tdeploy} itself nobody notices, before and while the next one cleans up.
 * Of an instance people notice from that moment until the release has ended, at most; of the load balancer, until it is up
 * again or, should the release be rolled back, until that has ended. From then on no request fails, and either release is
 * live as a whole.
 */
class KilledUnderLoadTest {
    /** Where requests were just moved, and an instance was just stopped or started. */
    private static final Map<String, List<String>> MOMENTS = Map.of(
            "rolling",
            List.of(
                    "done ShiftTraffic 1",
                    "done StopInstance 1",
                    "done StartInstance 1",
                    "done ShiftTraffic 2",
                    "done StopInstance 2"),
            "canary",
            List.of("done StopInstance 1", "done ShiftTraffic 3", "intent ShiftTraffic 4", "done StopInstance 2"),
            "blueGreen",
            List.of("done StopInstance 1", "done StartInstance 1", "done ShiftTraffic 1", "done ShiftTraffic 2"));

    private static final Duration A_RELEASE_AT_MOST = Duration.ofSeconds(120);
    private static final int ANSWERS = 10;

    @TempDir
    private Path temporary;

    private BusyShop shop(String strategy, String balancer) throws Exception {
        return new BusyShop(
                Files.createDirectory(temporary.resolve("shop")),
                strategy.equals("canary") ? "{canary: {steps: [{weight: 50, pause: 200ms}]}}" : strategy,
                balancer);
    }

    private static void assertThatOnly(BusyShop shop, String release) throws IOException {
        Set<String> answers = new HashSet<>();
        for (int i = 0; i < ANSWERS; i++) {
            answers.add(shop.answer());
        }
        assertThat(answers).containsExactly(release);
    }

    @ParameterizedTest
    @CsvSource({
        "rolling,nginx", "rolling,haproxy",
        "canary,nginx", "canary,haproxy",
        "blueGreen,nginx", "blueGreen,haproxy"
    })
    void nobodyNoticesTheDeathOfTdeploy(String strategy, String balancer) throws Exception {
        try (BusyShop shop = shop(strategy, balancer)) {
            shop.open();
            Map<String, Integer> before = shop.weights();
            for (String moment : MOMENTS.get(strategy)) {
                shop.crash("deploy", moment);
                shop.awaitSomeRequests();
                assertThat(shop.recover().state()).as(moment).isEqualTo(ReleaseState.ROLLED_BACK);
                shop.awaitSomeRequests();
                assertThat(shop.load().failures()).as(moment).isEmpty();
                assertThat(shop.weights()).as(moment).isEqualTo(before);
                assertThatOnly(shop, "one");
            }
            assertThat(shop.release("2", record -> {}).state()).isEqualTo(ReleaseState.SUCCEEDED);
            assertThatOnly(shop, "two");
            shop.crash("rollback", "done ShiftTraffic 1");
            shop.awaitSomeRequests();
            assertThat(shop.recover().state()).isEqualTo(ReleaseState.ROLLED_BACK);
            shop.awaitSomeRequests();
            shop.endRequests();
            assertThat(shop.load().failures()).isEmpty();
            assertThatOnly(shop, "one");
        }
    }

    @ParameterizedTest
    @CsvSource({"rolling,nginx,a,intent StopInstance 1", "rolling,haproxy,a,done StartInstance 1"})
    void nobodyNoticesTheDeathOfAnInstanceThatGetsNoRequests(
            String strategy, String balancer, String instance, String moment) throws Exception {
        try (BusyShop shop = shop(strategy, balancer)) {
            killDuringRelease(shop, instance, moment);
            assertThat(shop.load().failures()).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "rolling,nginx,b,done StopInstance 1",
        "rolling,haproxy,a,done ShiftTraffic 2",
        "canary,nginx,a,done ShiftTraffic 3",
        "canary,haproxy,b,done StartInstance 1",
        "blueGreen,nginx,b,done ShiftTraffic 2",
        "blueGreen,haproxy,a,done StartInstance 1"
    })
    void theDeathOfAnInstanceIsOverWithTheRelease(String strategy, String balancer, String instance, String moment)
            throws Exception {
        try (BusyShop shop = shop(strategy, balancer)) {
            killDuringRelease(shop, instance, moment);
        }
    }

    private static void killDuringRelease(BusyShop shop, String instance, String moment) throws Exception {
        shop.open();
        Map<String, Integer> before = shop.weights();
        AtomicReference<Instant> killed = new AtomicReference<>();
        ReleaseRecord record = shop.release("2", Moment.of(moment, () -> {
            killed.set(Instant.now());
            shop.kill(instance);
        }));
        assertThatItIsOver(shop, record, before, killed.get(), Instant.now());
    }

    @ParameterizedTest
    @CsvSource({
        "rolling,nginx,done ShiftTraffic 1",
        "rolling,haproxy,done StopInstance 1",
        "canary,nginx,done ShiftTraffic 3",
        "canary,haproxy,intent ShiftTraffic 2",
        "blueGreen,nginx,done StartInstance 1",
        "blueGreen,haproxy,done ShiftTraffic 2"
    })
    void theDeathOfTheLoadBalancerIsOverWithTheReleaseAndItsStart(String strategy, String balancer, String moment)
            throws Exception {
        try (BusyShop shop = shop(strategy, balancer)) {
            shop.open();
            Map<String, Integer> before = shop.weights();
            AtomicReference<Instant> killed = new AtomicReference<>();
            AtomicReference<CompletableFuture<Instant>> up = new AtomicReference<>();
            ReleaseRecord record = shop.release("2", Moment.of(moment, () -> {
                killed.set(Instant.now());
                up.set(shop.killLoadBalancer());
            }));
            Instant again = up.get().get(1, TimeUnit.MINUTES);
            // A rollback goes on without it, and may stop what gets requests as soon as it is up again.
            Instant over = record.state() == ReleaseState.SUCCEEDED ? again : Instant.now();
            assertThatItIsOver(shop, record, before, killed.get(), over);
        }
    }

    private static void assertThatItIsOver(
            BusyShop shop, ReleaseRecord record, Map<String, Integer> before, Instant killed, Instant over)
            throws Exception {
        shop.awaitSomeRequests();
        shop.endRequests();
        assertThat(Duration.between(killed, over)).isLessThan(A_RELEASE_AT_MOST);
        assertThat(shop.load().failures())
                .extracting(OpenLoopLoad.Failure::ended)
                .as("failed before anything was killed")
                .allMatch(ended -> !ended.isBefore(killed));
        assertThat(shop.load().failures())
                .extracting(OpenLoopLoad.Failure::sent)
                .as("failed when all was over, the release being %s", record.state())
                .allMatch(sent -> !sent.isAfter(over));
        if (record.state() == ReleaseState.SUCCEEDED) {
            assertThatOnly(shop, "two");
        } else {
            assertThat(record.state()).as(record.toString()).isEqualTo(ReleaseState.ROLLED_BACK);
            assertThat(shop.weights()).isEqualTo(before);
            assertThatOnly(shop, "one");
        }
    }
}
