package io.jenkins.plugins.transparentdeploy.engine.release;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.jenkins.plugins.transparentdeploy.engine.Json;
import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.PackKey;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import javax.crypto.SecretKey;

/**
 * The directory with the records of a release, as it was archived on another host: {@code release.json},
 * {@code parent.json}, {@code rollback-point.json}, {@code content.pack}. Everything in it is somebody else's input.
 */
public record ReleaseRecords(Path directory) {
    /** In bytes; a record that is larger is none. */
    private static final long LARGEST_RECORD = 64L << 20;

    /** @throws RefusedException when there is none, or it cannot be read */
    public ReleaseRecord release() throws IOException {
        return read("release.json", ReleaseRecord.class)
                .orElseThrow(() -> new RefusedException(
                        "There is no release.json in " + directory,
                        "Name the directory of a release's records, as a build archives it below 'release/'"));
    }

    /** The release before it; empty when there was none, or an older program archived it. */
    Optional<ReleaseRecord> parent() throws IOException {
        return read("parent.json", ReleaseRecord.class);
    }

    Optional<RollbackPoint> rollbackPoint() throws IOException {
        return read("rollback-point.json", RollbackPoint.class);
    }

    /** @throws RefusedException when it was archived without its content */
    InputStream openPack() throws IOException {
        try {
            return Files.newInputStream(pack());
        } catch (NoSuchFileException e) {
            throw new RefusedException(
                    "There is no content.pack in " + directory,
                    "Its content was not archived. Take the records of a build that gave a key for packs",
                    e);
        }
    }

    Path pack() {
        return directory.resolve("content.pack");
    }

    private <T> Optional<T> read(String name, Class<T> type) throws IOException {
        Path file = directory.resolve(name);
        try {
            if (Files.size(file) > LARGEST_RECORD) {
                throw new RefusedException(file + " is too large to be a record", "Check where it is from");
            }
            return Optional.of(Json.MAPPER.readValue(Files.readAllBytes(file), type));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (JsonProcessingException e) {
            throw new RefusedException(
                    file + " is not understood: " + e.getOriginalMessage(), "Check where it is from", e);
        }
    }

    /**
     * Reads the key that a pack is opened with.
     *
     * @param file a private key in PKCS #8: PEM, Base64 or binary; or the key of one pack, as {@link PackKey} reads it
     * @throws RefusedException when it is neither
     */
    public static Key packKey(Path file) throws IOException {
        if (!Files.isReadable(file)) {
            throw new RefusedException("The key file " + file + " cannot be read", "Give a file with the private key");
        }
        byte[] bytes = Files.readAllBytes(file);
        Optional<SecretKey> own = PackKey.parse(new String(bytes, StandardCharsets.US_ASCII));
        if (own.isPresent()) {
            return own.get();
        }
        for (byte[] form : List.of(bytes, decoded(bytes))) {
            try {
                return KeyFactory.getInstance("RSA").generatePrivate(new PKCS8EncodedKeySpec(form));
            } catch (GeneralSecurityException e) {
                // Not in this form; the next one may be it.
            }
        }
        throw new RefusedException(
                file + " holds no RSA private key in PKCS #8 form",
                "Convert it: openssl pkcs8 -topk8 -nocrypt -in old.pem -out new.pem");
    }

    private static byte[] decoded(byte[] bytes) {
        String text = new String(bytes, StandardCharsets.US_ASCII);
        try {
            return Base64.getMimeDecoder().decode(text.replaceAll("-----[A-Z ]+-----", ""));
        } catch (IllegalArgumentException e) {
            return new byte[0];
        }
    }
}
