package io.jenkins.plugins.transparentdeploy.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.transparentdeploy.engine.release.ManagedEnvironment;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseRecord;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseState;
import io.jenkins.plugins.transparentdeploy.engine.rollback.AutoRollback;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A rollback that comes while a release runs. */
class PreemptionTest {
    @TempDir
    private Path directory;

    private OpenedShop shop;

    @BeforeEach
    void prepare() throws IOException {
        shop = new OpenedShop(directory);
    }

    private ReleaseRecord release(String version, String ready) {
        try (ManagedEnvironment environment = shop.builder(ready).open(OpenedShop.holder("releasing"))) {
            return new AutoRollback(environment).run(shop.content(version), OpenedShop.request(version));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Else what was live before would be rolled back as well. */
    @Test
    void whatItAskedToGoBackIsKnownAgainAlsoWhenTheClockWasSetBackMeanwhile() throws Exception {
        assertThat(release("1", "true").state()).isEqualTo(ReleaseState.SUCCEEDED);
        CompletableFuture<ReleaseRecord> running =
                CompletableFuture.supplyAsync(() -> release("2", "while true; do sleep 0.1; done"));
        Awaitility.await().atMost(Duration.ofMinutes(5)).until(() -> Files.readString(shop.live())
                .equals("2"));

        Clock anHourAhead = Clock.offset(Clock.systemUTC(), Duration.ofHours(1));
        Preemption preemption = new Preemption(
                new RequestBuilder(Request.Verb.rollback, "shop", "production", null, null, Worker.defaultActor())
                        .to("previous")
                        .build(),
                shop.environment(),
                anHourAhead);
        try (ManagedEnvironment environment = preemption.open(shop.builder("true"), OpenedShop.holder("going back"))) {
            ReleaseRecord newest = environment.history().newest(1).get(0);

            assertThat(newest).isEqualTo(running.get());
            assertThat(newest.state()).isEqualTo(ReleaseState.ROLLED_BACK);
            assertThat(preemption.broughtBack(newest)).isTrue();
        }
        assertThat(shop.live()).hasContent("1");
    }

    /** Nobody could see it: whoever asked wanted to go back from what was live. */
    @Test
    void whatCameIntoBeingAfterItWasAskedIsNotWhatSomebodyWantedToGoBackFrom() throws Exception {
        assertThat(release("1", "true").state()).isEqualTo(ReleaseState.SUCCEEDED);
        Path asked = shop.environment().abortRequest();
        CountDownLatch held = new CountDownLatch(1);
        CompletableFuture<ReleaseRecord> importing = CompletableFuture.supplyAsync(() -> {
            try (ManagedEnvironment environment = shop.builder("true").open(OpenedShop.holder("importing"))) {
                held.countDown();
                Awaitility.await().atMost(Duration.ofMinutes(5)).until(() -> Files.exists(asked));
                return new AutoRollback(environment).run(shop.content("2"), OpenedShop.request("2"));
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        });
        held.await();
        Preemption preemption = new Preemption(
                new RequestBuilder(Request.Verb.rollback, "shop", "production", null, null, Worker.defaultActor())
                        .to("previous")
                        .build(),
                shop.environment(),
                Clock.systemUTC());
        try (ManagedEnvironment environment = preemption.open(shop.builder("true"), OpenedShop.holder("going back"))) {
            ReleaseRecord newest = environment.history().newest(1).get(0);
            assertThat(newest).isEqualTo(importing.get());
            assertThat(newest.state()).isIn(ReleaseState.ROLLED_BACK, ReleaseState.ABANDONED);
            assertThat(preemption.broughtBack(newest)).isFalse();
        }
        assertThat(shop.live()).hasContent("1");
    }
}
