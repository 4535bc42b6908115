package io.jenkins.plugins.transparentdeploy.engine.snapshot;

import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import io.jenkins.plugins.transparentdeploy.engine.storage.Sha256;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.RSAPublicKeySpec;
import java.util.Base64;
import java.util.Optional;
import javax.crypto.Cipher;
import javax.crypto.KeyGenerator;
import javax.crypto.SecretKey;
import javax.crypto.spec.OAEPParameterSpec;
import javax.crypto.spec.PSource;
import javax.crypto.spec.SecretKeySpec;

/**
 * The key of one pack: made for it, and wrapped with the recipient's public RSA key (OAEP with SHA-256), so that who
 * writes a pack cannot read it. The recipient can hand on this key alone, spelled out in a line of text: whoever gets it
 * opens this pack and no other.
 */
public final class PackKey {
    private static final int MIN_RSA_BITS = 2048;
    private static final int AES_BITS = 256;
    private static final String SPELLED = "transparent-deploy-pack-key ";
    private static final OAEPParameterSpec OAEP =
            new OAEPParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA256, PSource.PSpecified.DEFAULT);

    private PackKey() {}

    static SecretKey fresh() {
        try {
            KeyGenerator generator = KeyGenerator.getInstance("AES");
            generator.init(AES_BITS);
            return generator.generateKey();
        } catch (GeneralSecurityException e) {
            throw new AssertionError("Java without AES", e);
        }
    }

    /** The SHA-256 of the public key's X.509 form. */
    static String idOf(PublicKey recipient) {
        return Sha256.of(recipient.getEncoded());
    }

    static String idOf(PrivateKey recipient) {
        if (!(recipient instanceof RSAPrivateCrtKey key)) {
            throw notUsable("private");
        }
        try {
            return idOf(KeyFactory.getInstance("RSA")
                    .generatePublic(new RSAPublicKeySpec(key.getModulus(), key.getPublicExponent())));
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("An RSA key without a public part", e);
        }
    }

    /**
     * Reads the key of one pack as text has it: {@code transparent-deploy-pack-key}, a blank, and the key in Base64.
     *
     * @return empty if this is something else
     */
    public static Optional<SecretKey> parse(String text) {
        if (!text.startsWith(SPELLED)) {
            return Optional.empty();
        }
        try {
            byte[] key =
                    Base64.getDecoder().decode(text.substring(SPELLED.length()).strip());
            return key.length * Byte.SIZE == AES_BITS ? Optional.of(new SecretKeySpec(key, "AES")) : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    static byte[] wrap(SecretKey key, PublicKey recipient) {
        if (!(recipient instanceof RSAPublicKey rsa) || rsa.getModulus().bitLength() < MIN_RSA_BITS) {
            throw notUsable("public");
        }
        try {
            Cipher cipher = Cipher.getInstance("RSA/ECB/OAEPPadding");
            cipher.init(Cipher.WRAP_MODE, recipient, OAEP);
            return cipher.wrap(key);
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("An RSA key that cannot wrap another", e);
        }
    }

    /** @throws InvalidKeyException if it was not wrapped for this recipient, or was changed */
    static SecretKey unwrap(byte[] wrapped, PrivateKey recipient) throws InvalidKeyException {
        try {
            Cipher cipher = Cipher.getInstance("RSA/ECB/OAEPPadding");
            cipher.init(Cipher.UNWRAP_MODE, recipient, OAEP);
            SecretKey key = (SecretKey) cipher.unwrap(wrapped, "AES", Cipher.SECRET_KEY);
            if (key.getEncoded().length * Byte.SIZE != AES_BITS) {
                throw new InvalidKeyException("A pack's key has " + AES_BITS + " bits");
            }
            return key;
        } catch (InvalidKeyException e) {
            throw e;
        } catch (GeneralSecurityException e) {
            throw new InvalidKeyException(e);
        }
    }

    private static RefusedException notUsable(String kind) {
        return new RefusedException(
                "The " + kind + " key for packs is not an RSA key of at least " + MIN_RSA_BITS + " bits",
                "Make a pair with `openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:3072`");
    }
}
