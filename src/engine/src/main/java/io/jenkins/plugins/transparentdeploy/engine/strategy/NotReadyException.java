package io.jenkins.plugins.transparentdeploy.engine.strategy;

import java.io.IOException;

/** An instance did not become ready; the message says which, and what its ready check or its process said last. */
public class NotReadyException extends IOException {
    private static final long serialVersionUID = 1L;

    private static final String OUTPUT = "\nIt said last:\n";

    public NotReadyException(String message) {
        super(message);
    }

    /** @param output what its process said last; may be empty */
    public NotReadyException(String message, String output) {
        super(output.isEmpty() ? message : message + OUTPUT + output);
    }

    /** A message without what a process said, which is many lines. Any other is given back as it is. */
    public static String withoutOutput(String message) {
        int output = message.indexOf(OUTPUT);
        return output < 0 ? message : message.substring(0, output);
    }
}
