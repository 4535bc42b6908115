package io.jenkins.plugins.transparentdeploy.engine.check;

/** Cuts evidence to a size that can be kept with every result. */
final class Evidence {
    /** In characters. */
    static final int LIMIT = 2048;

    private Evidence() {}

    /** The beginning of a text, without credentials in URLs. */
    static String beginning(String text) {
        String redacted = Redaction.of(text);
        return redacted.length() <= LIMIT ? redacted : redacted.substring(0, LIMIT) + "…";
    }

    /** The end of a text, without credentials in URLs. */
    static String end(String text) {
        String redacted = Redaction.of(text);
        return redacted.length() <= LIMIT ? redacted : "…" + redacted.substring(redacted.length() - LIMIT);
    }
}
