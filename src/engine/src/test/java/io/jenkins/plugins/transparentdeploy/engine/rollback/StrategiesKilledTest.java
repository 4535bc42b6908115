package io.jenkins.plugins.transparentdeploy.engine.rollback;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.transparentdeploy.engine.journal.JournalObserver;
import io.jenkins.plugins.transparentdeploy.engine.release.Drifts;
import io.jenkins.plugins.transparentdeploy.engine.release.ManagedEnvironment;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseKind;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseRecord;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * {@code kill -9} at each step of rolling, canary and blue-green: of the engine's JVM after every record of its journal,
 * of an instance, and of the load balancer. At no moment does a request go to an instance that does not run, and
 * whoever comes next finds the old or the new release, with requests divided as they were.
 *
 * <p>Every case takes each eleventh record, beginning at another one; with {@code -Dfaults=all}, every record.
 */
class StrategiesKilledTest {
    private static final int STRIDE = "all".equals(System.getProperty("faults")) ? 1 : 11;
    private static final String CANARY = "{canary: {steps: [{weight: 50, pause: 1ms}]}}";

    private static final String SURGE = "{rolling: {surge: [b]}}";

    @TempDir
    private Path temporary;

    /** The record before the first that a case takes. */
    private static int offset(String name) {
        return Math.floorMod(name.hashCode(), STRIDE) - STRIDE + 1;
    }

    private static String strategy(String name) {
        return switch (name) {
            case "canary" -> CANARY;
            case "surge" -> SURGE;
            default -> name;
        };
    }

    private Backroom prepare(String test, String name, String balancer) throws IOException {
        Backroom shop = new Backroom(Files.createDirectory(temporary.resolve(test)), strategy(name), balancer);
        release(shop, "1", record -> {});
        return shop;
    }

    private static ReleaseRecord release(Backroom shop, String version, JournalObserver observer) throws IOException {
        try (ManagedEnvironment environment = shop.workshop().open(observer)) {
            return new AutoRollback(environment).run(shop.workshop().path("v" + version), Workshop.request(version));
        }
    }

    /** Everything that has to be as it was when a release did not happen. */
    private record Picture(Map<String, Integer> weights, Map<String, String> roots) {
        static Picture of(Backroom shop) throws IOException {
            return new Picture(shop.weights(), shop.workshop().contentRoots());
        }
    }

    private static void assertThatWhatServesRuns(Backroom shop, int record) throws IOException {
        assertThat(shop.inService())
                .as("in service, killed at record %d", record)
                .isNotEmpty()
                .isSubsetOf(shop.running());
    }

    /** What people get. */
    private static Set<String> served(Backroom shop) throws IOException {
        Set<String> served = new TreeSet<>();
        for (String instance : shop.inService()) {
            served.add(Files.readString(
                    shop.workshop().path("live").resolve(instance).resolve("app")));
        }
        return served;
    }

    /** Among the acts is the automatic rollback of what fails its smoke test. */
    @ParameterizedTest
    @CsvSource({
        "rolling,deploy,embedded", "rolling,undo,embedded", "rolling,rollback,embedded",
        "surge,deploy,embedded", "surge,undo,embedded", "surge,rollback,embedded",
        "canary,deploy,embedded", "canary,undo,embedded", "canary,rollback,embedded",
        "blueGreen,deploy,embedded", "blueGreen,undo,embedded", "blueGreen,rollback,embedded",
        "rolling,undo,nginx", "canary,deploy,nginx", "blueGreen,rollback,nginx",
        "rolling,deploy,haproxy", "canary,undo,haproxy", "blueGreen,deploy,haproxy"
    })
    void tdeployAfterEveryRecord(String name, String act, String balancer) throws Exception {
        boolean finished = false;
        int record = offset(name + act + balancer);
        while (!finished) {
            record += STRIDE;
            try (Backroom shop = prepare("record" + record, name, balancer)) {
                if (act.equals("rollback")) {
                    release(shop, "2", journaled -> {});
                }
                Picture before = Picture.of(shop);
                finished = CrashingRelease.run(shop.workshop().path(""), act, Integer.toString(record));
                assertThatWhatServesRuns(shop, record);
                ReleaseRecord last = recover(shop);
                assertThatWhatServesRuns(shop, record);
                boolean took = act.equals("rollback")
                        ? last.kind() == ReleaseKind.ROLLBACK && last.state() == ReleaseState.ROLLED_BACK
                        : last.version().equals("2") && last.state() == ReleaseState.SUCCEEDED;
                if (took) {
                    assertThat(served(shop)).containsExactly(act.equals("deploy") ? "two" : "one");
                } else {
                    assertThat(Picture.of(shop))
                            .as("killed at record %d, now %s", record, last.state())
                            .isEqualTo(before);
                }
                boolean undone = last.version().equals("bad") && last.state() == ReleaseState.ROLLED_BACK;
                assertThat(took || undone || !finished).as("%s", last.state()).isTrue();
            }
        }
        assertThat(record).as("records at which it was killed").isGreaterThan(5);
    }

    @ParameterizedTest
    @CsvSource({"rolling,a", "rolling,b", "surge,a", "surge,b", "canary,a", "canary,b", "blueGreen,a", "blueGreen,b"})
    void anInstanceAfterEveryRecord(String name, String instance) throws Exception {
        everyRecord(name, "embedded", offset(name + instance), shop -> shop.kill(instance));
    }

    @ParameterizedTest
    @CsvSource({
        "rolling,embedded",
        "surge,embedded",
        "canary,embedded",
        "blueGreen,embedded",
        "rolling,haproxy",
        "canary,haproxy",
        "blueGreen,haproxy",
        "rolling,nginx",
        "canary,nginx",
        "blueGreen,nginx"
    })
    void theLoadBalancerAfterEveryRecord(String name, String balancer) throws Exception {
        everyRecord(name, balancer, offset(name + balancer), Backroom::killLoadBalancer);
    }

    /** What somebody or something does to a service while it is released. */
    @FunctionalInterface
    private interface Mishap {
        void befalls(Backroom shop) throws IOException;
    }

    private void everyRecord(String name, String balancer, int offset, Mishap mishap) throws IOException {
        AtomicInteger records = new AtomicInteger();
        int at = offset;
        do {
            at += STRIDE;
            records.set(0);
            int number = at;
            try (Backroom shop = prepare("record" + at, name, balancer)) {
                Picture before = Picture.of(shop);
                ReleaseRecord record = release(shop, "2", journaled -> {
                    if (records.incrementAndGet() == number) {
                        befall(mishap, shop);
                    }
                });
                if (record.state() == ReleaseState.SUCCEEDED) {
                    assertThat(served(shop)).containsExactly("two");
                } else {
                    assertThat(record.state())
                            .as("at record %d: %s", number, record)
                            .isIn(ReleaseState.ROLLED_BACK, ReleaseState.ABANDONED);
                    assertThat(Picture.of(shop)).as("at record %d", number).isEqualTo(before);
                }
                if (record.state() == ReleaseState.ROLLED_BACK) {
                    assertThatWhatServesRuns(shop, number);
                }
            }
        } while (at < records.get());
        assertThat(at).as("records at which it happened").isGreaterThan(10);
    }

    private static void befall(Mishap mishap, Backroom shop) {
        try {
            mishap.befalls(shop);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static ReleaseRecord recover(Backroom shop) throws IOException {
        try (ManagedEnvironment environment = shop.workshop().open()) {
            new Recovery(environment).recover();
            assertThat(Drifts.find(environment))
                    .as("what the history says is what is live")
                    .isEmpty();
            return environment.history().newest(1).get(0);
        }
    }
}
