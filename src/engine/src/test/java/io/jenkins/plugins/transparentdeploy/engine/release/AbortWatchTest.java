package io.jenkins.plugins.transparentdeploy.engine.release;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class AbortWatchTest {
    @TempDir
    Path root;

    private EnvironmentDirectory directory;
    private AbortWatch watch;

    @BeforeEach
    void watch() throws Exception {
        directory = StateDirectory.open(root).environment("shop", "test");
        Files.createDirectories(directory.abortRequest().getParent());
        watch = new AbortWatch(directory);
    }

    @AfterEach
    void close() {
        watch.close();
        assertThat(Thread.interrupted()).as("an interrupt that nobody heard").isFalse();
    }

    private void ask() throws IOException {
        new AbortRequest(new Actor("alice", "test", Optional.empty()), "enough").leaveIn(directory);
    }

    @Test
    void waitingInTheMiddleOfWaitingDoesNotEndTheOuterOnesAttention() {
        assertThatThrownBy(() -> watch.whileWaiting(() -> {
                    watch.whileWaiting(() -> null);
                    ask();
                    TimeUnit.SECONDS.sleep(50);
                    return null;
                }))
                .isInstanceOf(InterruptedException.class);
    }

    @Test
    void whatIsDoneInTheMiddleOfWaitingIsNotInterruptedAndTheRequestIsHeardAfterIt() {
        boolean[] interrupted = {true};
        assertThatThrownBy(() -> watch.whileWaiting(() -> {
                    watch.whileActing(() -> {
                        ask();
                        while (watch.request().isEmpty()) {
                            Thread.onSpinWait();
                        }
                        interrupted[0] = Thread.currentThread().isInterrupted();
                        return null;
                    });
                    TimeUnit.SECONDS.sleep(50);
                    return null;
                }))
                .isInstanceOf(InterruptedException.class);
        assertThat(interrupted[0]).isFalse();
    }
}
