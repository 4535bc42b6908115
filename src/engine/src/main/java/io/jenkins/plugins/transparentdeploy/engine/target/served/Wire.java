package io.jenkins.plugins.transparentdeploy.engine.target.served;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.jenkins.plugins.transparentdeploy.engine.Json;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.InflaterInputStream;

/**
 * Messages on a pair of streams: the length of what follows (4 bytes, big-endian), and JSON as a zlib stream. The other
 * side may be anybody, so nothing that is longer than a message can be is taken.
 */
final class Wire {
    /** Of a message, before and after it is compressed: a manifest of some hundred thousand entries. */
    private static final int MAX_BYTES = 256 << 20;

    private static final int BUFFER = 64 * 1024;

    private final DataInputStream in;
    private final DataOutputStream out;

    Wire(InputStream in, OutputStream out) {
        this.in = new DataInputStream(new BufferedInputStream(in, BUFFER));
        this.out = new DataOutputStream(new BufferedOutputStream(out, BUFFER));
    }

    /** Sends it with all that was written before. */
    void send(Object message) throws IOException {
        write(message);
        out.flush();
    }

    /** For what is followed by something else. */
    void write(Object message) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (OutputStream compressed = new DeflaterOutputStream(bytes)) {
            Json.MAPPER.writeValue(compressed, message);
        }
        out.writeInt(bytes.size());
        bytes.writeTo(out);
    }

    /** @throws IOException also when what comes is no such message, or the other side is gone */
    <T> T receive(Class<T> type) throws IOException {
        int length = in.readInt();
        if (length < 0 || length > MAX_BYTES) {
            throw new IOException("A message of " + length + " bytes is none");
        }
        byte[] bytes = in.readNBytes(length);
        if (bytes.length < length) {
            throw new IOException("A message ends after " + bytes.length + " of " + length + " bytes");
        }
        try (InputStream plain = new InflaterInputStream(new ByteArrayInputStream(bytes))) {
            byte[] json = plain.readNBytes(MAX_BYTES);
            return Json.MAPPER.readValue(json, type);
        } catch (JsonProcessingException e) {
            throw new IOException("A message is not understood: " + e.getOriginalMessage(), e);
        }
    }

    DataInputStream in() {
        return in;
    }

    DataOutputStream out() {
        return out;
    }
}
