package io.jenkins.plugins.transparentdeploy.rollback;

import static org.awaitility.Awaitility.await;

import java.time.Duration;

/** The rollback of the shop that was asked for last. */
final class NewestRollback {
    private NewestRollback() {}

    /** Waits for its end, whatever that is. */
    static Rollback ended() {
        Rollback newest = Rollbacks.get().of("shop", "production").get(0);
        await().atMost(Duration.ofMinutes(3)).until(newest::isEnded);
        return newest;
    }
}
