package io.jenkins.plugins.transparentdeploy.engine.host.ssh;

import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import io.jenkins.plugins.transparentdeploy.engine.SecretReference;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.sshd.common.NamedResource;
import org.apache.sshd.common.util.security.SecurityUtils;

/** Reads private keys: OpenSSH's own format, PEM and PKCS#8; Ed25519, ECDSA and RSA. */
final class SshKeys {
    private static final Set<PosixFilePermission> OTHERS = Set.of(
            PosixFilePermission.GROUP_READ,
            PosixFilePermission.GROUP_WRITE,
            PosixFilePermission.OTHERS_READ,
            PosixFilePermission.OTHERS_WRITE);

    private SshKeys() {}

    /** A key was found to be locked; what it says is never shown. */
    private static final class Locked extends IOException {
        private static final long serialVersionUID = 1L;
    }

    /**
     * The keys that are there now.
     *
     * @param name what people call the host that they are for
     * @throws RefusedException when there is none, it wants a passphrase, or others can read its file
     */
    static List<KeyPair> load(String name, SecretReference reference) {
        if (reference instanceof SecretReference.Stored stored) {
            requirePrivate(stored.path());
        }
        try {
            List<KeyPair> keys = parse(reference.resolve());
            if (!keys.isEmpty()) {
                return keys;
            }
        } catch (Locked e) {
            throw new RefusedException(
                    "The SSH key for " + name + " in " + reference + " is locked by a passphrase",
                    "Load it into an SSH agent and say that the agent is to be asked, or name a key without a passphrase",
                    e);
        } catch (IOException e) {
            throw new RefusedException(
                    "The SSH key for " + name + " cannot be read: " + e.getMessage(), "Put it there, or name another");
        }
        throw new RefusedException(
                "There is no SSH key for " + name + " that can be read in " + reference,
                "Name a private key as ssh-keygen makes it: Ed25519, ECDSA or RSA");
    }

    /** Nothing when it is no key that can be read; why not is not told, for that might quote it. */
    private static List<KeyPair> parse(String text) throws Locked {
        List<KeyPair> keys = new ArrayList<>();
        try {
            Iterable<KeyPair> pairs = SecurityUtils.loadKeyPairIdentities(
                    null,
                    NamedResource.ofName("key"),
                    new ByteArrayInputStream((text + "\n").getBytes(StandardCharsets.UTF_8)),
                    (session, resource, retry) -> {
                        throw new Locked();
                    });
            if (pairs != null) {
                pairs.forEach(keys::add);
            }
        } catch (Locked e) {
            throw e;
        } catch (IOException | GeneralSecurityException | RuntimeException e) {
            return List.of();
        }
        return keys;
    }

    private static void requirePrivate(Path file) {
        try {
            if (Files.getPosixFilePermissions(file).stream().anyMatch(OTHERS::contains)) {
                throw new RefusedException(
                        "Others than its owner may read or write the SSH key " + file,
                        "Take that from them: chmod 600 " + file);
            }
        } catch (IOException e) {
            // Whoever reads it will say so.
        }
    }
}
