package io.jenkins.plugins.transparentdeploy.engine.snapshot;

import java.io.IOException;

/** An archive could not be read; told apart from a store that could not be written. */
final class DamagedArchiveException extends IOException {
    private static final long serialVersionUID = 1L;

    DamagedArchiveException(Exception cause) {
        super(cause.getMessage(), cause);
    }

    DamagedArchiveException(String reason) {
        super(reason);
    }
}
