package io.jenkins.plugins.transparentdeploy.engine.service;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * How long content is kept. What is live, what a rollback would go to, and what is unfinished is kept whatever this says.
 *
 * @param releases how many of the newest releases and rollback points of each environment, at least 1
 * @param age those younger than this are kept too; empty for none
 * @param quota bytes that a store should not exceed: fewer releases are kept until it does not; empty for no limit
 */
public record Keeping(int releases, Optional<Duration> age, OptionalLong quota) {
    /** All there is. */
    public static final Keeping EVERYTHING = new Keeping(Integer.MAX_VALUE, Optional.empty(), OptionalLong.empty());

    static final int DEFAULT_RELEASES = 10;

    public Keeping {
        if (releases < 1) {
            throw new IllegalArgumentException("Keeps " + releases + " releases; at least 1 is live");
        }
    }

    /** Whether a store of so many bytes is larger than it should be. */
    public boolean isExceededBy(long bytes) {
        return quota.isPresent() && bytes > quota.getAsLong();
    }

    /** The same with fewer releases, for whoever needs the space. */
    public Keeping withReleases(int fewer) {
        return new Keeping(fewer, Optional.empty(), quota);
    }
}
