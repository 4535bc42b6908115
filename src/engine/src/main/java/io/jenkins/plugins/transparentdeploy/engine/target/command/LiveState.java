package io.jenkins.plugins.transparentdeploy.engine.target.command;

import io.jenkins.plugins.transparentdeploy.engine.snapshot.ContentId;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.Manifest;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.RootHash;
import java.util.Optional;

/**
 * What a target remembers of what it made live.
 *
 * @param schema version of this record's form
 * @param live the content in effect; empty if none is, or nobody knows
 * @param captured a state that was captured, or restored, since which nothing was run; empty if there is none
 * @param begun what was begun and has not ended well, so that nobody knows what is in effect
 */
record LiveState(int schema, Optional<Known> live, Optional<Known> captured, Optional<Begun> begun) {
    static final LiveState NOTHING = new LiveState(1, Optional.empty(), Optional.empty(), Optional.empty());

    /** A manifest in the store. */
    record Known(ContentId manifest, RootHash contentRoot) {
        static Known of(Manifest manifest) {
            return new Known(manifest.id(), manifest.contentRoot());
        }
    }

    /**
     * A command.
     *
     * @param name what it is called in the journal
     * @param towards what would be in effect
     */
    record Begun(String name, Known towards) {}

    LiveState {
        // Absent in JSON.
        live = live == null ? Optional.empty() : live;
        captured = captured == null ? Optional.empty() : captured;
        begun = begun == null ? Optional.empty() : begun;
    }

    /** Whether this is in effect, as far as is known. */
    boolean is(Manifest wanted) {
        return begun.isEmpty()
                && (wanted.isEmpty()
                        ? live.isEmpty() && captured.isEmpty()
                        : has(live, wanted) || has(captured, wanted));
    }

    private static boolean has(Optional<Known> known, Manifest wanted) {
        return known.filter(found -> found.contentRoot().equals(wanted.contentRoot()))
                .isPresent();
    }

    LiveState capturing(Manifest state) {
        return new LiveState(schema, live, Optional.of(Known.of(state)), begun);
    }

    LiveState beginning(String name, Manifest towards) {
        return new LiveState(schema, live, captured, Optional.of(new Begun(name, Known.of(towards))));
    }
}
