package io.jenkins.plugins.transparentdeploy.engine.rollback;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.transparentdeploy.engine.notification.Courier;
import io.jenkins.plugins.transparentdeploy.engine.notification.Occasion;
import io.jenkins.plugins.transparentdeploy.engine.notification.Receiver;
import io.jenkins.plugins.transparentdeploy.engine.release.ManagedEnvironment;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseRecord;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every transition is told, by itself and by hand, and telling never gets in the way. */
class NotificationTest {
    private static final String SERVICE =
            """
            target: {directory: "@root@/live"}
            smokeTest: {retries: 0, checks: [{command: [sh, -c, "! grep -q bad @root@/live/app"]}]}
            """;

    @TempDir
    private Path temporary;

    private Workshop workshop(Receiver receiver) throws IOException {
        Workshop workshop = new Workshop(temporary)
                .with(SERVICE + "notifications: [{webhook: '" + receiver.uri()
                        + "', secret: {file: '@root@/secret'}}]\n");
        workshop.write("", "secret", "sesame, open");
        workshop.write("1", "app", "1");
        workshop.write("bad", "app", "bad");
        Files.createDirectories(workshop.path("live"));
        return workshop;
    }

    @Test
    void everyTransitionIsToldInItsOrder() throws Exception {
        try (Receiver receiver = new Receiver()) {
            Workshop workshop = workshop(receiver);
            workshop.run("1");
            ReleaseRecord bad = workshop.run("bad");
            try (ManagedEnvironment environment = workshop.open()) {
                Courier.start(environment.outbox(), Clock.systemUTC(), warning -> {})
                        .finish(Duration.ofSeconds(60));
            }
            assertThat(receiver.events())
                    .containsExactly(
                            "release.prepared",
                            "release.snapshotted",
                            "release.deploying",
                            "release.verifying",
                            "release.succeeded",
                            "release.prepared",
                            "release.snapshotted",
                            "release.deploying",
                            "release.verifying",
                            "release.rollingBack",
                            "environment.frozen",
                            "release.rolledBack");
            Receiver.Message last = receiver.taken().get(11);
            assertThat(last.json().path("release").asText()).isEqualTo(bad.id().value());
            assertThat(last.json().path("previousVersion").asText()).isEqualTo("1");
            assertThat(last.json().path("reason").asText()).contains("smoke test failed");
            assertThat(last.json().path("who").asText()).isEqualTo("alice");
        }
    }

    @Test
    void anOutboxThatCannotBeWrittenFailsNothing() throws Exception {
        try (Receiver receiver = new Receiver()) {
            Workshop workshop = workshop(receiver);
            Files.createDirectories(workshop.path("state/services/shop/test"));
            Files.writeString(workshop.path("state/services/shop/test/outbox"), "in the way");
            assertThat(workshop.run("1").state()).isEqualTo(ReleaseState.SUCCEEDED);
            assertThat(workshop.events())
                    .anyMatch(event -> event.message().contains("nobody is told of release.succeeded"));
        }
    }

    @Test
    void everyStateHasAnOccasion() {
        for (ReleaseState state : ReleaseState.values()) {
            assertThat(Occasion.valueOf(state.name()).key()).startsWith("release.");
        }
    }
}
