package io.jenkins.plugins.transparentdeploy.engine.strategy;

import java.io.IOException;
import java.time.Instant;

/** A release was judged while it was being rolled out, and the judgement is against it; the message says why. */
public class BadReleaseException extends IOException {
    private static final long serialVersionUID = 1L;

    private final Instant onset;
    private final Instant detected;

    /**
     * @param onset the beginning of the first bad interval
     * @param detected when the evidence was enough
     */
    public BadReleaseException(String message, Instant onset, Instant detected) {
        super(message);
        this.onset = onset;
        this.detected = detected;
    }

    public Instant onset() {
        return onset;
    }

    public Instant detected() {
        return detected;
    }
}
