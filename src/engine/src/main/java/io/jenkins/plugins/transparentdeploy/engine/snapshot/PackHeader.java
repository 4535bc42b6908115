package io.jenkins.plugins.transparentdeploy.engine.snapshot;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.jenkins.plugins.transparentdeploy.engine.CorruptStateException;
import io.jenkins.plugins.transparentdeploy.engine.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;

/**
 * The first line of a pack, in clear.
 *
 * @param format always {@code transparent-deploy-pack}
 * @param version of the format
 * @param keyId id of the key that the pack's key is wrapped with
 * @param wrappedKey the pack's key, wrapped; base64 in JSON
 */
record PackHeader(String format, int version, String keyId, byte[] wrappedKey) {
    static final String FORMAT = "transparent-deploy-pack";
    static final int VERSION = 1;
    private static final int MAX_BYTES = 64 * 1024;

    /** A header with the very bytes it was, line feed included, which the rest of the pack is bound to. */
    record Line(PackHeader header, byte[] bytes) {}

    Line line() {
        try {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            bytes.writeBytes(Json.MAPPER.writeValueAsBytes(this));
            bytes.write('\n');
            return new Line(this, bytes.toByteArray());
        } catch (JsonProcessingException e) {
            throw new AssertionError(e);
        }
    }

    /** @throws CorruptStateException if this is not the beginning of a pack of this version */
    static Line read(InputStream in) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        int octet;
        do {
            octet = in.read();
            if (octet < 0 || bytes.size() >= MAX_BYTES) {
                throw notAPack();
            }
            bytes.write(octet);
        } while (octet != '\n');
        try {
            PackHeader header = Json.MAPPER.readValue(bytes.toByteArray(), PackHeader.class);
            if (!FORMAT.equals(header.format())
                    || header.version() != VERSION
                    || header.keyId() == null
                    || header.wrappedKey() == null) {
                throw notAPack();
            }
            return new Line(header, bytes.toByteArray());
        } catch (JsonProcessingException e) {
            throw notAPack();
        }
    }

    private static CorruptStateException notAPack() {
        return new CorruptStateException(
                "The pack does not begin with a header of version " + VERSION,
                "Take the file that was archived, or the version of the program that wrote it");
    }
}
