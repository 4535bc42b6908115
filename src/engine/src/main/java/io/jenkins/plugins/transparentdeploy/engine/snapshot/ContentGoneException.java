package io.jenkins.plugins.transparentdeploy.engine.snapshot;

import io.jenkins.plugins.transparentdeploy.engine.CorruptStateException;
import io.jenkins.plugins.transparentdeploy.engine.Obstacle;

/** An object is not in the store: it was removed with the content of old releases, or was never there. */
public final class ContentGoneException extends CorruptStateException {
    private static final long serialVersionUID = 1L;

    private final transient ContentId id;

    ContentGoneException(ContentId id) {
        super(
                Obstacle.CONTENT_GONE,
                "The object " + id + " is missing from the store",
                "Import a pack that has it, or capture a tree that does");
        this.id = id;
    }

    /** What is missing. */
    public ContentId id() {
        return id;
    }
}
