package io.jenkins.plugins.transparentdeploy.agent;

import java.util.regex.Pattern;

/**
 * Text that came from a host and goes into pages, logs and Jenkins's own XML: no longer than it is for people, and without
 * the characters that XML cannot hold. A build that holds one of those could be written, and never be read again.
 */
public final class HostText {
    /** Longer than any version, person or name is. */
    public static final int NAME = 200;

    /** Longer than any sentence about a release is. */
    public static final int SENTENCE = 4_000;

    private static final Pattern CONTROL = Pattern.compile("[\\p{Cc}\\p{Cs}\\uFFFE\\uFFFF&&[^\\t\\n\\r]]");

    private HostText() {}

    /** @param longest in characters; what is longer ends with an ellipsis */
    public static String of(String text, int longest) {
        String whole = text.length() <= longest ? text : text.substring(0, longest) + "…";
        return CONTROL.matcher(whole).replaceAll("�");
    }
}
