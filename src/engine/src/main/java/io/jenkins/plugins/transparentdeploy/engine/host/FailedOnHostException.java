package io.jenkins.plugins.transparentdeploy.engine.host;

import java.io.IOException;

/** Something was done on a host, and did not end well there: the host answers, so it is not out of reach. */
public final class FailedOnHostException extends IOException {
    private static final long serialVersionUID = 1L;

    /** @param message names the host and what it said */
    public FailedOnHostException(String message) {
        super(message);
    }
}
