package io.jenkins.plugins.transparentdeploy.engine.snapshot;

import java.util.SplittableRandom;

/**
 * Finds where to cut large content, so that what is inserted or deleted moves no cut but those around it: FastCDC (Xia et
 * al., USENIX ATC 2016) with its gear hash, its skipping of the minimum, and normalised chunking. Where it cuts is nobody's
 * contract: a reader finds the chunks in their list.
 */
final class Chunker {
    static final int MIN = 64 * 1024;
    static final int NORMAL = 256 * 1024;
    static final int MAX = 1024 * 1024;

    /** Two bits more than log2(NORMAL) before the normal size, two bits less after it, spread over the high bits. */
    private static final long MASK_BEFORE = spread(20);

    private static final long MASK_AFTER = spread(16);
    private static final long[] GEAR =
            new SplittableRandom(0x7DE9107L).longs(256).toArray();

    private Chunker() {}

    /**
     * The length of the chunk at the beginning of these bytes, which are {@link #MAX} or all that is left.
     *
     * @return at most {@code length}
     */
    static int cut(byte[] bytes, int length) {
        if (length <= MIN) {
            return length;
        }
        int limit = Math.min(length, MAX);
        int normal = Math.min(NORMAL, limit);
        long hash = 0;
        int i = MIN;
        for (; i < normal; i++) {
            hash = (hash << 1) + GEAR[bytes[i] & 0xff];
            if ((hash & MASK_BEFORE) == 0) {
                return i + 1;
            }
        }
        for (; i < limit; i++) {
            hash = (hash << 1) + GEAR[bytes[i] & 0xff];
            if ((hash & MASK_AFTER) == 0) {
                return i + 1;
            }
        }
        return limit;
    }

    /** The gear hash keeps the most of its history in its high bits. */
    private static long spread(int bits) {
        long mask = 0;
        for (int i = 0; i < bits; i++) {
            mask |= 1L << (63 - 2 * i);
        }
        return mask;
    }
}
