package io.jenkins.plugins.transparentdeploy.engine.release;

import io.jenkins.plugins.transparentdeploy.engine.host.EnvironmentFile;
import io.jenkins.plugins.transparentdeploy.engine.host.Host;
import io.jenkins.plugins.transparentdeploy.engine.host.LocalHost;
import io.jenkins.plugins.transparentdeploy.engine.host.Scrubber;
import java.time.Duration;
import java.util.List;

/**
 * What the environment files of a service have held since somebody looked. A value once seen is never shown, also when
 * its host cannot be asked any more. Safe for use by several threads.
 */
final class SeenSecrets {
    /** Looking at files of another host is a question to it, and not for every word. */
    private static final Duration ELSEWHERE = Duration.ofMinutes(1);

    private final List<EnvironmentFile> files;
    private final Host host;
    private final Duration age;
    private Scrubber scrubber = Scrubber.named();
    private boolean looked;
    private long lookedAt;

    SeenSecrets(List<EnvironmentFile> files, Host host) {
        this.files = files;
        this.host = host;
        this.age = host instanceof LocalHost ? Duration.ZERO : ELSEWHERE;
    }

    /** Looks into a file of another host, too, which is about to be used there. */
    synchronized void learn(EnvironmentFile file, Host elsewhere) {
        scrubber = scrubber.learning(List.of(file), elsewhere.files());
    }

    synchronized String scrub(String text) {
        if (!files.isEmpty() && (!looked || System.nanoTime() - lookedAt >= age.toNanos())) {
            scrubber = scrubber.learning(files, host.files());
            looked = true;
            lookedAt = System.nanoTime();
        }
        return scrubber.scrub(text);
    }
}
