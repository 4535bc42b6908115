package io.jenkins.plugins.transparentdeploy.engine.host.ssh;

import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.apache.sshd.client.config.hosts.KnownHostEntry;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.digest.BuiltinDigests;
import org.apache.sshd.common.util.buffer.ByteArrayBuffer;

/**
 * The host keys that are trusted, as OpenSSH keeps them: sshd(8), "SSH_KNOWN_HOSTS FILE FORMAT", names in plain text,
 * with wildcards, or hashed. The file is read anew whenever it is asked, and never written: whom to trust is for a
 * person to say. Lines of certificate authorities are not looked at.
 */
final class KnownHosts {
    private static final String REVOKED = "revoked";

    private final Path file;

    KnownHosts(Path file) {
        this.file = file;
    }

    /** @param number counted from 1 */
    private record Line(int number, KnownHostEntry entry) {
        boolean isRevoked() {
            return REVOKED.equals(entry.getMarker());
        }

        String type() {
            return entry.getKeyEntry().getKeyType();
        }

        boolean holds(byte[] key) {
            return Arrays.equals(entry.getKeyEntry().getKeyData(), key);
        }
    }

    /** Which types of keys are known of a host, in the order of the file; another type would not be recognised. */
    Set<String> types(SshAddress address) throws IOException {
        Set<String> types = new LinkedHashSet<>();
        for (Line line : lines(address)) {
            if (!line.isRevoked()) {
                types.add(line.type());
            }
        }
        return types;
    }

    /**
     * Compares the key that a host shows with those known of it.
     *
     * @param name what people call the host
     * @throws RefusedException when it is not known, is another one, or was revoked
     */
    void require(String name, SshAddress address, PublicKey shown) throws IOException {
        ByteArrayBuffer buffer = new ByteArrayBuffer();
        buffer.putRawPublicKey(shown);
        byte[] key = buffer.getCompactData();
        List<Line> lines = lines(address);
        String who = name + " (" + address.knownAs() + ")";
        String type = KeyUtils.getKeyType(shown);
        String fingerprint = type + " " + KeyUtils.getFingerPrint(BuiltinDigests.sha256, shown);
        String right =
                address.knownAs() + " " + type + " " + Base64.getEncoder().encodeToString(key);
        for (Line line : lines) {
            if (line.isRevoked() && line.holds(key)) {
                throw new RefusedException(
                        "The SSH host key that " + who + " shows, " + fingerprint + ", is REVOKED by line "
                                + line.number() + " of " + file + ": whoever answers there may have stolen it",
                        "Do not trust the machine before whoever revoked the key has looked at it");
            }
        }
        List<Line> valid = lines.stream().filter(line -> !line.isRevoked()).toList();
        if (valid.stream().anyMatch(line -> line.holds(key))) {
            return;
        }
        if (valid.isEmpty()) {
            throw new RefusedException(
                    "The SSH host key of " + who + " is not known: it shows " + fingerprint,
                    "Compare that with what the machine itself says (ssh-keygen -lf /etc/ssh/ssh_host_*_key.pub there);"
                            + " if it is the same, add the line '" + right + "' to " + file + ", which 'ssh-keyscan -p "
                            + address.port() + " " + address.host() + "' prints, too");
        }
        Line known = valid.stream()
                .filter(line -> line.type().equals(type))
                .findFirst()
                .orElse(valid.get(0));
        throw new RefusedException(
                "THE SSH HOST KEY OF " + who
                        + " HAS CHANGED: somebody may be intercepting the connection, or the machine"
                        + " was installed anew. It shows " + fingerprint + ", but line " + known.number() + " of "
                        + file
                        + " has " + known.type() + " " + fingerprint(known),
                "Ask whoever runs the machine; if the new key is right, remove that line (ssh-keygen -R '"
                        + address.knownAs() + "' -f " + file + ") and add '" + right + "'");
    }

    private static String fingerprint(Line line) {
        try {
            return KeyUtils.getFingerPrint(
                    BuiltinDigests.sha256, line.entry().getKeyEntry().resolvePublicKey(null, null));
        } catch (IOException | GeneralSecurityException | RuntimeException e) {
            return "of an unknown kind";
        }
    }

    private List<Line> lines(SshAddress address) throws IOException {
        List<String> written;
        try {
            written = Files.readAllLines(file, StandardCharsets.ISO_8859_1);
        } catch (NoSuchFileException none) {
            return List.of();
        }
        List<Line> found = new ArrayList<>();
        for (int i = 0; i < written.size(); i++) {
            KnownHostEntry entry = parse(written.get(i));
            if (entry != null
                    && (entry.getMarker() == null || REVOKED.equals(entry.getMarker()))
                    && entry.isHostMatch(address.host(), address.port())) {
                found.add(new Line(i + 1, entry));
            }
        }
        return found;
    }

    /** Null for what is no entry; OpenSSH passes over it, too. */
    private static KnownHostEntry parse(String line) {
        try {
            return KnownHostEntry.parseKnownHostEntry(line.strip());
        } catch (RuntimeException e) {
            return null;
        }
    }
}
