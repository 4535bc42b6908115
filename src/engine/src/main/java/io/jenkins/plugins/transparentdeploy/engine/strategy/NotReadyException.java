package io.jenkins.plugins.transparentdeploy.engine.strategy;

import java.io.IOException;

/** An instance did not become ready; the message says which, and what its ready check or its process said last. */
public class NotReadyException extends IOException {
    private static final long serialVersionUID = 1L;

    public NotReadyException(String message) {
        super(message);
    }
}
