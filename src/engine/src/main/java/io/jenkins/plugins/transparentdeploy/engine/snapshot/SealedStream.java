package io.jenkins.plugins.transparentdeploy.engine.snapshot;

import io.jenkins.plugins.transparentdeploy.engine.CorruptStateException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;

/**
 * Authenticated encryption of a stream of any length: the STREAM construction (Hoang, Reyhanitabar, Rogaway, Vizár 2015)
 * as in age, with AES-256-GCM. The content is cut into chunks of 64 KiB, the last of which may be shorter. The nonce of a
 * chunk is its number, from 0, in 11 bytes, and one byte that is 1 for the last chunk and 0 for the others; so chunks can
 * be neither changed, nor swapped, nor left out, at the end included. The header is additional data of every chunk. A
 * key is used for one stream only.
 */
final class SealedStream {
    static final int CHUNK = 64 * 1024;
    private static final int TAG = 16;
    private static final int NONCE = 12;

    private final SecretKey key;
    private final byte[] header;
    private long counter;

    private SealedStream(SecretKey key, byte[] header) {
        this.key = key;
        this.header = header.clone();
    }

    /** What is written to the result is sealed into {@code out}. Closing it writes the last chunk, and closes neither. */
    static OutputStream sealing(OutputStream out, SecretKey key, byte[] header) {
        SealedStream stream = new SealedStream(key, header);
        return stream.new Sealer(out);
    }

    /**
     * Yields what was sealed, never a byte that was not. Throws {@link CorruptStateException} at the chunk that was
     * changed, and instead of an end if the last chunk is missing.
     */
    static InputStream opening(InputStream in, SecretKey key, byte[] header) {
        SealedStream stream = new SealedStream(key, header);
        return stream.new Opener(in);
    }

    private byte[] process(int mode, byte[] chunk, int length, boolean last) throws GeneralSecurityException {
        byte[] nonce = ByteBuffer.allocate(NONCE)
                .putInt(0, 0)
                .putLong(NONCE - 1 - Long.BYTES, counter++)
                .put(NONCE - 1, (byte) (last ? 1 : 0))
                .array();
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, key, new GCMParameterSpec(TAG * Byte.SIZE, nonce));
        cipher.updateAAD(header);
        return cipher.doFinal(chunk, 0, length);
    }

    private final class Sealer extends OutputStream {
        private final OutputStream out;
        private final byte[] chunk = new byte[CHUNK];
        private int length;
        private boolean closed;

        Sealer(OutputStream out) {
            this.out = out;
        }

        @Override
        public void write(int octet) throws IOException {
            write(new byte[] {(byte) octet}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int count) throws IOException {
            int done = 0;
            while (done < count) {
                if (length == CHUNK) {
                    // Only now is it known that this chunk is not the last.
                    seal(false);
                }
                int part = Math.min(CHUNK - length, count - done);
                System.arraycopy(bytes, offset + done, chunk, length, part);
                length += part;
                done += part;
            }
        }

        @Override
        public void close() throws IOException {
            if (!closed) {
                closed = true;
                seal(true);
                out.flush();
            }
        }

        private void seal(boolean last) throws IOException {
            try {
                out.write(process(Cipher.ENCRYPT_MODE, chunk, length, last));
                length = 0;
            } catch (GeneralSecurityException e) {
                throw new IOException("A chunk could not be encrypted", e);
            }
        }
    }

    private final class Opener extends InputStream {
        private final InputStream in;
        private byte[] ahead;
        private byte[] plain = new byte[0];
        private int position;
        private boolean finished;

        Opener(InputStream in) {
            this.in = in;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] buffer, int offset, int count) throws IOException {
            if (count == 0) {
                return 0;
            }
            while (position == plain.length) {
                if (finished) {
                    return -1;
                }
                open();
            }
            int part = Math.min(count, plain.length - position);
            System.arraycopy(plain, position, buffer, offset, part);
            position += part;
            return part;
        }

        private void open() throws IOException {
            byte[] sealed = ahead == null ? in.readNBytes(CHUNK + TAG) : ahead;
            ahead = sealed.length == CHUNK + TAG ? in.readNBytes(CHUNK + TAG) : new byte[0];
            finished = ahead.length == 0;
            try {
                if (sealed.length < TAG) {
                    throw new AEADBadTagException("cut off");
                }
                plain = process(Cipher.DECRYPT_MODE, sealed, sealed.length, finished);
                position = 0;
            } catch (GeneralSecurityException e) {
                Arrays.fill(sealed, (byte) 0);
                throw new CorruptStateException(
                        "The pack is damaged, cut off or was tampered with in chunk " + (counter - 1),
                        "Take another copy of it");
            }
        }
    }
}
