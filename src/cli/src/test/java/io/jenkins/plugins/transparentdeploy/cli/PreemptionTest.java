package io.jenkins.plugins.transparentdeploy.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.jenkins.plugins.transparentdeploy.engine.host.LocalHost;
import io.jenkins.plugins.transparentdeploy.engine.release.EnvironmentBuilder;
import io.jenkins.plugins.transparentdeploy.engine.release.ManagedEnvironment;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseRecord;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseRequest;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseState;
import io.jenkins.plugins.transparentdeploy.engine.release.StateDirectory;
import io.jenkins.plugins.transparentdeploy.engine.rollback.AutoRollback;
import io.jenkins.plugins.transparentdeploy.engine.service.EnvironmentDefinition;
import io.jenkins.plugins.transparentdeploy.engine.service.ServiceFile;
import io.jenkins.plugins.transparentdeploy.engine.storage.Holder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
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

    private StateDirectory state;

    @BeforeEach
    void prepare() throws IOException {
        state = StateDirectory.open(directory.resolve("state"));
        Files.createDirectories(directory.resolve("live"));
        for (String version : new String[] {"1", "2"}) {
            Files.writeString(Files.createDirectory(directory.resolve(version)).resolve("app"), version);
        }
    }

    private EnvironmentBuilder builder(String ready) throws IOException {
        EnvironmentDefinition definition = ServiceFile.parse(
                        "test",
                        """
                        service: shop
                        environments: {production: {target: {directory: '%s/live'}, ready: {command: [sh, -c, '%s'], timeout: 300s, attemptTimeout: 290s}}}
                        """
                                .formatted(directory, ready))
                .environment("production", JsonNodeFactory.instance.objectNode());
        return new EnvironmentBuilder(definition, state, LocalHost.open(state.root()));
    }

    private static Holder holder(String who) {
        return Holder.thisProcess(who, "test", Clock.systemUTC());
    }

    private ReleaseRecord release(String version, String ready) {
        try (ManagedEnvironment environment = builder(ready).open(holder("releasing"))) {
            return new AutoRollback(environment)
                    .run(
                            directory.resolve(version),
                            new ReleaseRequest(
                                    version, Optional.empty(), Worker.defaultActor(), Optional.empty(), false));
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
        Awaitility.await().atMost(Duration.ofMinutes(5)).until(() -> Files.readString(directory.resolve("live/app"))
                .equals("2"));

        Clock anHourAhead = Clock.offset(Clock.systemUTC(), Duration.ofHours(1));
        Preemption preemption = new Preemption(
                new RequestBuilder(Request.Verb.rollback, "shop", "production", null, null, Worker.defaultActor())
                        .to("previous")
                        .build(),
                state.environment("shop", "production"),
                anHourAhead);
        try (ManagedEnvironment environment = preemption.open(builder("true"), holder("going back"))) {
            ReleaseRecord newest = environment.history().newest(1).get(0);

            assertThat(newest).isEqualTo(running.get());
            assertThat(newest.state()).isEqualTo(ReleaseState.ROLLED_BACK);
            assertThat(preemption.broughtBack(newest)).isTrue();
        }
        assertThat(directory.resolve("live/app")).hasContent("1");
    }

    /** Nobody could see it: whoever asked wanted to go back from what was live. */
    @Test
    void whatCameIntoBeingAfterItWasAskedIsNotWhatSomebodyWantedToGoBackFrom() throws Exception {
        assertThat(release("1", "true").state()).isEqualTo(ReleaseState.SUCCEEDED);
        Path asked = state.environment("shop", "production").abortRequest();
        CountDownLatch held = new CountDownLatch(1);
        CompletableFuture<ReleaseRecord> importing = CompletableFuture.supplyAsync(() -> {
            try (ManagedEnvironment environment = builder("true").open(holder("importing"))) {
                held.countDown();
                Awaitility.await().atMost(Duration.ofMinutes(5)).until(() -> Files.exists(asked));
                return new AutoRollback(environment)
                        .run(
                                directory.resolve("2"),
                                new ReleaseRequest(
                                        "2", Optional.empty(), Worker.defaultActor(), Optional.empty(), false));
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        });
        held.await();
        Preemption preemption = new Preemption(
                new RequestBuilder(Request.Verb.rollback, "shop", "production", null, null, Worker.defaultActor())
                        .to("previous")
                        .build(),
                state.environment("shop", "production"),
                Clock.systemUTC());
        try (ManagedEnvironment environment = preemption.open(builder("true"), holder("going back"))) {
            ReleaseRecord newest = environment.history().newest(1).get(0);
            assertThat(newest).isEqualTo(importing.get());
            assertThat(newest.state()).isIn(ReleaseState.ROLLED_BACK, ReleaseState.ABANDONED);
            assertThat(preemption.broughtBack(newest)).isFalse();
        }
        assertThat(directory.resolve("live/app")).hasContent("1");
    }
}
