package io.jenkins.plugins.transparentdeploy.engine.storage;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Pattern;

/** SHA-256 and its spelling, which is 64 lower-case hexadecimal digits everywhere. */
public final class Sha256 {
    private static final Pattern SPELLING = Pattern.compile("[0-9a-f]{64}");

    private Sha256() {}

    /** A fresh digest; every Java platform has this one. */
    public static MessageDigest newDigest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("Java without SHA-256", e);
        }
    }

    /** The digest of these bytes, spelled. */
    public static String of(byte[] bytes) {
        return spell(newDigest().digest(bytes));
    }

    /** @param digest the 32 bytes that {@link MessageDigest#digest()} returned */
    public static String spell(byte[] digest) {
        return HexFormat.of().formatHex(digest);
    }

    /** Whether this is how a digest is spelled here. */
    public static boolean isSpelling(String text) {
        return SPELLING.matcher(text).matches();
    }
}
