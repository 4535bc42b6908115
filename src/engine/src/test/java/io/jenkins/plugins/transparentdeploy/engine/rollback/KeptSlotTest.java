package io.jenkins.plugins.transparentdeploy.engine.rollback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.jenkins.plugins.transparentdeploy.engine.release.AbortRequest;
import io.jenkins.plugins.transparentdeploy.engine.release.KeptSlot;
import io.jenkins.plugins.transparentdeploy.engine.release.ManagedEnvironment;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseState;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A slot whose time is over while somebody's answer is under way there still: real processes behind a real load balancer. */
class KeptSlotTest {
    private static final Duration LONG = Duration.ofMinutes(1);

    @TempDir
    private Path temporary;

    private Storefront shop;
    private long before;
    private Path hold;
    private CompletableFuture<HttpResponse<String>> download;

    @AfterEach
    void close() throws IOException {
        shop.close();
    }

    /** Somebody's request goes to the slot that serves, which is left before it is answered. */
    private void downloadingFromTheSlotBefore(String drain) throws IOException {
        shop = new Storefront(temporary, "a", "b").with("strategy: {blueGreen: {keep: 1ms}}\n");
        shop.workshop()
                .with(shop.description().replace("drain: 5s", "drain: " + drain)
                        + "strategy: {blueGreen: {keep: 1ms}}\n");
        assertThat(shop.run("one").state()).isEqualTo(ReleaseState.SUCCEEDED);
        before = Long.parseLong(shop.pid("a"));
        hold = Files.createFile(temporary.resolve("live/hold-a"));
        download = HttpClient.newHttpClient()
                .sendAsync(HttpRequest.newBuilder(shop.address()).build(), HttpResponse.BodyHandlers.ofString());
        await().atMost(LONG).until(() -> shop.balancer().backends().stream()
                .anyMatch(backend ->
                        backend.name().equals("a") && backend.inFlight().orElse(0) > 0));
        assertThat(shop.run("two").state()).isEqualTo(ReleaseState.SUCCEEDED);
        assertThat(shop.weights()).containsEntry("a", 0).containsEntry("b", 100);
        assertThat(download).isNotDone();
    }

    private CompletableFuture<Boolean> stopping() {
        return CompletableFuture.supplyAsync(() -> {
            try (ManagedEnvironment environment = shop.workshop().open()) {
                return new KeptSlot(environment).stopWhenOver();
            } catch (IOException | InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
    }

    private boolean runs() {
        return ProcessHandle.of(before).filter(ProcessHandle::isAlive).isPresent();
    }

    @Test
    void whatIsUnderWayThereIsAnsweredBeforeItIsStopped() throws Exception {
        downloadingFromTheSlotBefore("60s");
        CompletableFuture<Boolean> stopped = stopping();
        await().during(Duration.ofSeconds(2)).until(() -> runs() && !stopped.isDone());
        Files.delete(hold);
        assertThat(download.get().body()).isEqualTo("one");
        assertThat(stopped.get()).isTrue();
        assertThat(runs()).isFalse();
    }

    @Test
    void itWaitsNoLongerThanForTheTimeOfDraining() throws Exception {
        downloadingFromTheSlotBefore("1s");
        assertThat(stopping().get()).isTrue();
        assertThat(runs()).isFalse();
        assertThat(shop.workshop().events())
                .anyMatch(event -> event.message().equals("requests were still in flight after 1 s of draining"));
    }

    @Test
    void whoeverGoesBackMeanwhileFindsItRunning() throws Exception {
        downloadingFromTheSlotBefore("60s");
        CompletableFuture<Boolean> stopped = stopping();
        // Who opens an environment takes no notice of what somebody asked before.
        await().atMost(LONG).until(() -> {
            new AbortRequest(Workshop.ALICE, "").leaveIn(shop.directory());
            return stopped.isDone();
        });
        assertThat(stopped.get()).isFalse();
        assertThat(runs()).isTrue();
        Files.delete(hold);
        assertThat(shop.rollback("previous").state()).isEqualTo(ReleaseState.ROLLED_BACK);
        assertThat(download.get().body()).isEqualTo("one");
    }
}
