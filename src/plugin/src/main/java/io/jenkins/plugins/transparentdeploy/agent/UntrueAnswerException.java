package io.jenkins.plugins.transparentdeploy.agent;

import java.io.IOException;
import java.io.Serial;

/**
 * A host answered something else than it was asked, or something that cannot be. Asking again makes it no truer, and nothing
 * of it is kept.
 */
public final class UntrueAnswerException extends IOException {
    @Serial
    private static final long serialVersionUID = 1L;

    /** @param message names what was asked, what is wrong with the answer, and where to look */
    public UntrueAnswerException(String message) {
        super(message);
    }
}
