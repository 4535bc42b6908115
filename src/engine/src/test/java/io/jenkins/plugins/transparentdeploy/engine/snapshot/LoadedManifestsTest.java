package io.jenkins.plugins.transparentdeploy.engine.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LoadedManifestsTest {
    private static final int THREADS = 8;

    private final AtomicInteger reads = new AtomicInteger();

    @Test
    void whoeverAsksAtTheSameTimeGetsWhatWasReadOnce() throws Exception {
        LoadedManifests manifests = new LoadedManifests(id -> {
            reads.incrementAndGet();
            return manifest(1);
        });
        CountDownLatch all = new CountDownLatch(THREADS);
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        List<Future<Manifest>> answers = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            answers.add(threads.submit(() -> {
                all.countDown();
                all.await();
                return manifests.get(id("a"));
            }));
        }
        Manifest first = answers.get(0).get();
        for (Future<Manifest> answer : answers) {
            assertThat(answer.get()).isSameAs(first);
        }
        threads.shutdown();
        assertThat(reads).hasValue(1);
    }

    @Test
    void aFailureIsNotRemembered() throws IOException {
        LoadedManifests manifests = new LoadedManifests(id -> {
            if (reads.incrementAndGet() == 1) {
                throw new IOException("the disk is away");
            }
            return manifest(1);
        });
        assertThatThrownBy(() -> manifests.get(id("a"))).hasMessage("the disk is away");
        assertThat(manifests.get(id("a"))).isEqualTo(manifest(1));
    }

    @Test
    void theLastOnesAreKeptAndLargeOnesAreNot() throws IOException {
        LoadedManifests manifests = new LoadedManifests(id -> {
            reads.incrementAndGet();
            return manifest(id.equals(id("large")) ? 200_001 : 1);
        });
        manifests.get(id("a"));
        manifests.get(id("b"));
        System.gc();
        manifests.get(id("a"));
        manifests.get(id("b"));
        assertThat(reads).as("both are still there").hasValue(2);

        manifests.get(id("large"));
        System.gc();
        manifests.get(id("large"));
        assertThat(reads).as("it was let go").hasValue(4);
    }

    private static ContentId id(String name) {
        return ContentId.of(name.getBytes(StandardCharsets.UTF_8));
    }

    private static Manifest manifest(int entries) {
        return Manifest.of(IntStream.range(0, entries)
                .<ManifestEntry>mapToObj(i -> new SymlinkEntry("link" + i, "there"))
                .toList());
    }
}
