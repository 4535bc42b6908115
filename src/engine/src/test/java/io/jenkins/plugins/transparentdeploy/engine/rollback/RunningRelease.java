package io.jenkins.plugins.transparentdeploy.engine.rollback;

import static org.awaitility.Awaitility.await;

import io.jenkins.plugins.transparentdeploy.engine.journal.JournalObserver;
import io.jenkins.plugins.transparentdeploy.engine.release.AbortRequest;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseEvent;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseRecord;
import io.jenkins.plugins.transparentdeploy.engine.release.StepRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;

/** A release of a storefront that goes on by itself, and what alice asks of it meanwhile. */
final class RunningRelease {
    private final Storefront shop;
    private final Future<ReleaseRecord> record;

    private RunningRelease(Storefront shop, String version, JournalObserver observer) {
        this.shop = shop;
        this.record = CompletableFuture.supplyAsync(() -> {
            try {
                return shop.run(version, observer);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    static RunningRelease of(Storefront shop, String version) {
        return new RunningRelease(shop, version, journaled -> {});
    }

    /** Somebody asks for a pause as soon as it deploys; it holds when this returns. */
    static RunningRelease paused(Storefront shop, String version) {
        shop.workshop().events().clear();
        RunningRelease release = new RunningRelease(shop, version, journaled -> {
            if (journaled.toString().contains("DEPLOYING")) {
                leave(shop, StepRequest.Kind.PAUSE);
            }
        });
        release.awaitEvent("paused by alice: seen enough");
        return release;
    }

    void ask(StepRequest.Kind asked) {
        leave(shop, asked);
    }

    private static void leave(Storefront shop, StepRequest.Kind asked) {
        try {
            new StepRequest(Workshop.ALICE, "seen enough").leaveIn(shop.directory(), asked);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void abort() throws IOException {
        new AbortRequest(Workshop.ALICE, "no").leaveIn(shop.directory());
    }

    void awaitEvent(String message) {
        await().atMost(Duration.ofMinutes(1))
                .until(() -> List.copyOf(shop.workshop().events()).stream()
                        .map(ReleaseEvent::message)
                        .anyMatch(message::equals));
    }

    /** Waits until it is over. */
    ReleaseRecord end() throws Exception {
        return record.get();
    }
}
