package io.jenkins.plugins.transparentdeploy.engine.snapshot;

import java.io.EOFException;
import java.io.IOException;

/** An archive could not be read; told apart from a store that could not be written. */
final class DamagedArchiveException extends IOException {
    private static final long serialVersionUID = 1L;

    DamagedArchiveException(Exception cause) {
        super(reasonOf(cause), cause);
    }

    /** Those who read archives say it in their own way: with a full stop, or not at all. */
    private static String reasonOf(Exception cause) {
        String reason = cause.getMessage();
        if (reason == null || reason.isBlank()) {
            return cause instanceof EOFException ? "it ends too early" : cause.toString();
        }
        return reason.endsWith(".") ? reason.substring(0, reason.length() - 1) : reason;
    }

    DamagedArchiveException(String reason) {
        super(reason);
    }
}
