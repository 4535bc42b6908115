package io.jenkins.plugins.transparentdeploy.engine.release;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * Something that happened while a release ran, for whoever watches.
 *
 * @param message one line for people; never a secret
 * @param data the same for programs; may be empty
 */
public record ReleaseEvent(Instant at, Type type, Optional<String> instance, String message, Map<String, Object> data) {
    /** What kind of thing happened. */
    public enum Type {
        /** The release came into another state; data: {@code release}, {@code state}, {@code reason}, {@code
         * strategy}. */
        STATE,
        /** A strategy's act on an instance begins or ends; data: {@code act}, {@code done}. */
        ACT,
        /** How far something is; data: {@code done}, {@code total}, {@code unit}. */
        PROGRESS,
        /** A check of the smoke test was decided; data: {@code name}, {@code passed}. */
        CHECK,
        /** The analysis took a sample; data: {@code metric}, {@code value}, {@code score}. */
        SAMPLE,
        /**
         * Worth knowing. About the steps of a strategy, data: {@code waiting}, for what; {@code step}, what somebody asked
         * for, and {@code asked}: {@code PAUSE}, {@code RESUME}, {@code PROMOTE}. Once hosts are reached: {@code connected},
         * how many.
         */
        INFO,
        /** Worth looking at, though the release goes on. */
        WARNING
    }

    public ReleaseEvent {
        data = Map.copyOf(data);
    }

    /** Where events go. Called on the release's own threads: must not block for long, and must not throw. */
    @FunctionalInterface
    public interface Listener {
        void happened(ReleaseEvent event);
    }
}
