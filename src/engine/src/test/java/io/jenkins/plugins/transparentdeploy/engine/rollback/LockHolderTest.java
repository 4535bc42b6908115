package io.jenkins.plugins.transparentdeploy.engine.rollback;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.transparentdeploy.engine.host.LocalHost;
import io.jenkins.plugins.transparentdeploy.engine.release.EnvironmentBuilder;
import io.jenkins.plugins.transparentdeploy.engine.release.EnvironmentDirectory;
import io.jenkins.plugins.transparentdeploy.engine.release.ManagedEnvironment;
import io.jenkins.plugins.transparentdeploy.engine.release.StateDirectory;
import io.jenkins.plugins.transparentdeploy.engine.storage.Holder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whether somebody is at work in an environment, seen by another who must not ask for the lock itself. */
class LockHolderTest {
    @TempDir
    Path root;

    private Workshop workshop;
    private StateDirectory state;
    private EnvironmentDirectory directory;

    @BeforeEach
    void start() throws Exception {
        workshop = new Workshop(root).with("target: {directory: '@root@/live'}");
        state = StateDirectory.open(root.resolve("state"));
        directory = state.environment("shop", "test");
    }

    /** A start is computed from the time of the boot, which moves with the clock: it would be after the lock was taken. */
    @Test
    void holdsItAlsoAfterTheClockWasSetForward() throws Exception {
        Holder anHourAgo = Holder.thisProcess("alice", "test", Clock.offset(Clock.systemUTC(), Duration.ofHours(-1)));
        EnvironmentBuilder builder = new EnvironmentBuilder(workshop.definition(), state, LocalHost.open(state.root()));
        try (ManagedEnvironment environment = builder.open(anHourAgo)) {
            assertThat(environment.name()).isEqualTo("shop/test");
            assertThat(directory.isBeingChanged()).isTrue();
        }
        assertThat(directory.isBeingChanged()).isFalse();
    }

    @Test
    void aProcessThatGotTheIdOfADeadOneHoldsNothing() throws Exception {
        try (ManagedEnvironment environment = workshop.open()) {
            Path holder = Path.of(directory.lock() + ".holder");
            String ofTheDead = Files.readString(holder).replaceFirst("(\"incarnation\":\"[^\"]*)\"", "$11\"");
            assertThat(ofTheDead).isNotEqualTo(Files.readString(holder));
            Files.writeString(holder, ofTheDead);
            assertThat(directory.isBeingChanged())
                    .as(environment.name() + ", by another")
                    .isFalse();
        }
    }
}
