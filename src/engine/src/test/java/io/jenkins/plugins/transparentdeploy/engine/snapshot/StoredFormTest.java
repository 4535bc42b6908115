package io.jenkins.plugins.transparentdeploy.engine.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.ZipException;
import org.junit.jupiter.api.Test;

/** What a damaged disk makes of compressed bytes is said to be damaged, whatever the library thinks of it. */
class StoredFormTest {
    private static final byte[][] PLAIN = {
        "x".getBytes(StandardCharsets.UTF_8),
        "the same words, and the same words again. ".repeat(40).getBytes(StandardCharsets.UTF_8),
        halfNoise(3_000)
    };

    @Test
    void everyFlippedBitOfABlockIsFoundOrHarmless() throws IOException {
        for (byte[] plain : PLAIN) {
            byte[] stored = compressed(plain);
            assertThat(StoredForm.ZSTD.decode(stored, plain.length)).isEqualTo(plain);
            for (int bit = 0; bit < 8 * stored.length; bit++) {
                byte[] damaged = stored.clone();
                damaged[bit / 8] ^= (byte) (1 << bit % 8);
                try {
                    assertThat(StoredForm.ZSTD.decode(damaged, plain.length)).hasSize(plain.length);
                } catch (ZipException found) {
                    assertThat(found).hasMessageNotContaining("null");
                }
            }
        }
    }

    @Test
    void everyFlippedBitOfAStreamIsFoundOrHarmless() throws IOException {
        for (byte[] plain : PLAIN) {
            byte[] stored = StoredForm.encode(plain);
            for (int bit = 0; bit < 8 * stored.length; bit++) {
                byte[] damaged = stored.clone();
                damaged[bit / 8] ^= (byte) (1 << bit % 8);
                try (InputStream in = StoredForm.decoder(new ByteArrayInputStream(damaged))) {
                    in.readAllBytes();
                } catch (IOException found) {
                    // Whoever reads compares the content with its id as well.
                    continue;
                }
            }
        }
    }

    @Test
    void whatIsCutOffIsDamaged() {
        byte[] stored = compressed(PLAIN[1]);
        for (int length = 0; length < stored.length; length++) {
            byte[] part = Arrays.copyOf(stored, length);
            assertThatThrownBy(() -> StoredForm.ZSTD.decode(part, PLAIN[1].length))
                    .isInstanceOf(ZipException.class);
        }
    }

    private static byte[] compressed(byte[] plain) {
        byte[] target = new byte[StoredForm.maxCompressedLength(plain.length)];
        int length = StoredForm.compress(plain, plain.length, target);
        return Arrays.copyOf(target, length);
    }

    private static byte[] halfNoise(int length) {
        byte[] bytes = new byte[length];
        new Random(5).nextBytes(bytes);
        Arrays.fill(bytes, 0, length / 2, (byte) 'a');
        return bytes;
    }
}
