package io.jenkins.plugins.transparentdeploy.records;

import com.fasterxml.jackson.databind.ObjectMapper;
import hudson.Extension;
import hudson.ExtensionList;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.spec.MGF1ParameterSpec;
import java.util.Base64;
import java.util.HexFormat;
import javax.crypto.Cipher;
import javax.crypto.spec.OAEPParameterSpec;
import javax.crypto.spec.PSource;
import jenkins.security.RSAConfidentialKey;

/**
 * The key pair that packs are encrypted for. The private half never leaves the controller; hosts get the public one
 * with each request, and where a pack is brought to, the key of that pack.
 */
@Extension
public final class PackKey {
    private static final Pair KEY = new Pair();
    private static final int LONGEST_HEADER = 64 * 1024;

    private static final class Pair extends RSAConfidentialKey {
        Pair() {
            super(PackKey.class, "packs");
        }

        /** The pack's own key, which was wrapped with the public half. */
        byte[] unwrap(byte[] wrapped) throws GeneralSecurityException {
            Cipher cipher = Cipher.getInstance("RSA/ECB/OAEPPadding");
            cipher.init(
                    Cipher.UNWRAP_MODE,
                    getPrivateKey(),
                    new OAEPParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA256, PSource.PSpecified.DEFAULT));
            return cipher.unwrap(wrapped, "AES", Cipher.SECRET_KEY).getEncoded();
        }
    }

    public static PackKey get() {
        return ExtensionList.lookupSingleton(PackKey.class);
    }

    /** The public key: X.509 SubjectPublicKeyInfo in Base64. */
    public String recipient() {
        return Base64.getEncoder().encodeToString(KEY.getPublicKey().getEncoded());
    }

    /**
     * The key of one pack alone, as {@code tdeploy --key-file} reads it: a host that gets it opens this pack and no other.
     *
     * @param pack its first line is read, no more
     * @throws IOException if it is no pack, or was written for another Jenkins
     */
    String keyOf(InputStream pack) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int octet = pack.read(); octet != '\n'; octet = pack.read()) {
            if (octet < 0 || line.size() == LONGEST_HEADER) {
                throw new IOException(Messages.PackKey_NoPack());
            }
            line.write(octet);
        }
        byte[] wrapped = new ObjectMapper()
                .readTree(line.toByteArray())
                .path("wrappedKey")
                .binaryValue();
        try {
            return "transparent-deploy-pack-key " + Base64.getEncoder().encodeToString(KEY.unwrap(wrapped)) + "\n";
        } catch (GeneralSecurityException | RuntimeException e) {
            throw new IOException(Messages.PackKey_OtherJenkins(), e);
        }
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
