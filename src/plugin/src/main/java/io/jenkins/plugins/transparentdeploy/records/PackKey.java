package io.jenkins.plugins.transparentdeploy.records;

import hudson.Extension;
import hudson.ExtensionList;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HexFormat;
import jenkins.security.RSAConfidentialKey;

/**
 * The key pair that packs are encrypted for. The private half never leaves the controller; hosts get the public one
 * with each request.
 */
@Extension
public final class PackKey {
    private static final RSAConfidentialKey KEY = new RSAConfidentialKey(PackKey.class, "packs") {};

    public static PackKey get() {
        return ExtensionList.lookupSingleton(PackKey.class);
    }

    /** The public key: X.509 SubjectPublicKeyInfo in Base64. */
    public String recipient() {
        return Base64.getEncoder().encodeToString(KEY.getPublicKey().getEncoded());
    }

    /** Names the key: the first half of its SHA-256 in hex. */
    public String id() {
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-256").digest(recipient().getBytes(StandardCharsets.US_ASCII));
            return HexFormat.of().formatHex(digest, 0, 16);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }
}
