package io.jenkins.plugins.transparentdeploy.engine.strategy;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Judging a release while only some instances have it: these are compared with the others, at the same time.
 *
 * @param name what it is called in the log
 * @param fresh the instances that have the new release
 * @param window how long they are watched; empty for as long as the analysis says
 * @param minimumSamples how many requests they must have had; empty for as many as the analysis says
 */
public record Trial(String name, List<String> fresh, Optional<Duration> window, OptionalLong minimumSamples) {
    public Trial {
        fresh = List.copyOf(fresh);
    }

    /** One that goes by what the analysis says. */
    public static Trial of(String name, List<String> fresh) {
        return new Trial(name, fresh, Optional.empty(), OptionalLong.empty());
    }
}
