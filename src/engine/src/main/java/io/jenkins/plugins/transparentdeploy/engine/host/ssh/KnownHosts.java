package io.jenkins.plugins.transparentdeploy.engine.host.ssh;

import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.util.buffer.ByteArrayBuffer;

/**
 * The host keys that are trusted, as OpenSSH keeps them: sshd(8), "SSH_KNOWN_HOSTS FILE FORMAT", names in plain text,
 * with wildcards, or hashed. The file is read anew whenever it is asked, and never written: whom to trust is for a
 * person to say. Lines of certificate authorities are not looked at.
 */
final class KnownHosts {
    private static final String REVOKED = "@revoked";
    private static final String HASHED = "|1|";

    private final Path file;

    KnownHosts(Path file) {
        this.file = file;
    }

    /**
     * One line that says something.
     *
     * @param number counted from 1
     * @param hosts patterns, separated by commas, or one hashed name
     */
    private record Line(int number, boolean revoked, String hosts, String type, byte[] key) {
        /** Empty for what is no entry: OpenSSH passes over it, too. */
        static Optional<Line> parse(int number, String text) {
            List<String> fields = new ArrayList<>(List.of(text.strip().split("\\s+")));
            boolean revoked = fields.get(0).equals(REVOKED);
            if (revoked) {
                fields.remove(0);
            }
            if (fields.size() < 3
                    || fields.get(0).startsWith("@")
                    || fields.get(0).startsWith("#")) {
                return Optional.empty();
            }
            try {
                byte[] key = Base64.getDecoder().decode(fields.get(2));
                return Optional.of(new Line(number, revoked, fields.get(0), fields.get(1), key));
            } catch (IllegalArgumentException e) {
                return Optional.empty();
            }
        }

        boolean matches(String host) {
            if (hosts.startsWith(HASHED)) {
                return matchesHash(host);
            }
            boolean found = false;
            for (String pattern : hosts.split(",")) {
                boolean negated = pattern.startsWith("!");
                if (glob(negated ? pattern.substring(1) : pattern).matcher(host).matches()) {
                    if (negated) {
                        return false;
                    }
                    found = true;
                }
            }
            return found;
        }

        private static Pattern glob(String pattern) {
            StringBuilder regex = new StringBuilder();
            for (char c : pattern.toLowerCase(Locale.ROOT).toCharArray()) {
                regex.append(c == '*' ? ".*" : c == '?' ? "." : Pattern.quote(String.valueOf(c)));
            }
            return Pattern.compile(regex.toString());
        }

        private boolean matchesHash(String host) {
            String[] parts = hosts.substring(HASHED.length()).split("\\|");
            try {
                Mac mac = Mac.getInstance("HmacSHA1");
                mac.init(new SecretKeySpec(Base64.getDecoder().decode(parts[0]), "HmacSHA1"));
                byte[] hash = mac.doFinal(host.getBytes(StandardCharsets.UTF_8));
                return parts.length == 2
                        && Arrays.equals(hash, Base64.getDecoder().decode(parts[1]));
            } catch (GeneralSecurityException | IllegalArgumentException e) {
                return false;
            }
        }

        boolean holds(byte[] other) {
            return Arrays.equals(key, other);
        }
    }

    /** Which types of keys are known of a host, in the order of the file; another type would not be recognised. */
    Set<String> types(SshAddress address) throws IOException {
        Set<String> types = new LinkedHashSet<>();
        for (Line line : lines(address)) {
            if (!line.revoked()) {
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
        require(name, address, KeyUtils.getKeyType(shown), buffer.getCompactData());
    }

    /** @param key as the protocol encodes it */
    void require(String name, SshAddress address, String type, byte[] key) throws IOException {
        List<Line> lines = lines(address);
        String who = name + " (" + address.knownAs() + ")";
        String shown = type + " " + fingerprint(key);
        String right =
                address.knownAs() + " " + type + " " + Base64.getEncoder().encodeToString(key);
        for (Line line : lines) {
            if (line.revoked() && line.holds(key)) {
                throw new RefusedException(
                        "The SSH host key that " + who + " shows, " + shown + ", is REVOKED by line " + line.number()
                                + " of " + file + ": whoever answers there may have stolen it",
                        "Do not trust the machine before whoever revoked the key has looked at it");
            }
        }
        List<Line> valid = lines.stream().filter(line -> !line.revoked()).toList();
        if (valid.stream().anyMatch(line -> line.holds(key))) {
            return;
        }
        if (valid.isEmpty()) {
            throw new RefusedException(
                    "The SSH host key of " + who + " is not known: it shows " + shown,
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
                        + " was installed anew. It shows " + shown + ", but line " + known.number() + " of " + file
                        + " has " + known.type() + " " + fingerprint(known.key()),
                "Ask whoever runs the machine; if the new key is right, remove that line (ssh-keygen -R '"
                        + address.knownAs() + "' -f " + file + ") and add '" + right + "'");
    }

    /** As OpenSSH writes it. */
    static String fingerprint(byte[] key) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(key);
            return "SHA256:" + Base64.getEncoder().withoutPadding().encodeToString(digest);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private List<Line> lines(SshAddress address) throws IOException {
        String host = address.knownAs().toLowerCase(Locale.ROOT);
        List<String> written;
        try {
            written = Files.readAllLines(file, StandardCharsets.ISO_8859_1);
        } catch (NoSuchFileException none) {
            return List.of();
        }
        List<Line> found = new ArrayList<>();
        for (int i = 0; i < written.size(); i++) {
            Line.parse(i + 1, written.get(i)).filter(line -> line.matches(host)).ifPresent(found::add);
        }
        return found;
    }
}
