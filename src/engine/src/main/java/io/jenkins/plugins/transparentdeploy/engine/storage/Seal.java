package io.jenkins.plugins.transparentdeploy.engine.storage;

import java.nio.charset.StandardCharsets;

/** A last member {@code "hash"} of a JSON object: the SHA-256 of all that is before it. */
public final class Seal {
    private static final String HASH = ",\"hash\":";

    private Seal() {}

    /** @param object a JSON object with at least one member, on one line */
    public static String on(String object) {
        String sealed = object.substring(0, object.length() - 1);
        return sealed + HASH + '"' + hashOf(sealed) + "\"}";
    }

    /** The hash that seals this object. @param object as for {@link #on} */
    public static String of(String object) {
        return hashOf(object.substring(0, object.length() - 1));
    }

    /** Whether there is a seal at all. */
    public static boolean isSealed(String line) {
        return line.contains(HASH);
    }

    /** Whether this is what was sealed. */
    public static boolean isOn(String line) {
        int end = line.lastIndexOf(HASH);
        return end >= 0 && line.substring(end).equals(HASH + '"' + hashOf(line.substring(0, end)) + "\"}");
    }

    /** Whether this is something else than what was sealed; what was never sealed is not. */
    public static boolean isBroken(String line) {
        return isSealed(line) && !isOn(line);
    }

    private static String hashOf(String text) {
        return Sha256.of(text.getBytes(StandardCharsets.UTF_8));
    }
}
