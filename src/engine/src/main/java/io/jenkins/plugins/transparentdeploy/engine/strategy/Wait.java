package io.jenkins.plugins.transparentdeploy.engine.strategy;

import java.time.Duration;

/** How long a step is left as it is before it is judged. */
public sealed interface Wait {
    /** So long, unless somebody promotes it. @param duration zero or more */
    record For(Duration duration) implements Wait {
        @Override
        public String toString() {
            return "wait " + duration.toSeconds() + " s";
        }
    }

    /** Until somebody promotes it, however long that takes. */
    record UntilPromoted() implements Wait {
        @Override
        public String toString() {
            return "wait until promoted";
        }
    }

    /** No waiting. */
    Wait NONE = new For(Duration.ZERO);
}
