package io.jenkins.plugins.transparentdeploy.engine.snapshot;

/**
 * Very many ids, by their first 16 bytes, in some 32 bytes each: open addressing, at most three quarters full. Nobody has yet
 * found two contents of whose SHA-256 so much is equal. Not safe for concurrent use.
 */
final class ContentIdSet {
    /** Two for each slot; zeros in a free one. */
    private long[] words = new long[2 << 10];

    private int size;
    /** The one id that looks like a free slot. */
    private boolean zeros;

    /** @return whether it was not in here */
    boolean add(ContentId id) {
        long first = id.word(0);
        long second = id.word(1);
        if (first == 0 && second == 0) {
            boolean added = !zeros;
            zeros = true;
            size += added ? 1 : 0;
            return added;
        }
        int slot = slotOf(words, first, second);
        if (isAt(slot, first, second)) {
            return false;
        }
        words[slot] = first;
        words[slot + 1] = second;
        size++;
        if (size > words.length / 8 * 3) {
            grow();
        }
        return true;
    }

    boolean contains(ContentId id) {
        long first = id.word(0);
        long second = id.word(1);
        return first == 0 && second == 0 ? zeros : isAt(slotOf(words, first, second), first, second);
    }

    int size() {
        return size;
    }

    private boolean isAt(int slot, long first, long second) {
        return words[slot] == first && words[slot + 1] == second;
    }

    /** Where these words are, or the free slot where they would be. */
    private static int slotOf(long[] words, long first, long second) {
        int slot = ((int) first & words.length / 2 - 1) * 2;
        while ((words[slot] != first || words[slot + 1] != second) && (words[slot] != 0 || words[slot + 1] != 0)) {
            slot = slot + 2 & words.length - 1;
        }
        return slot;
    }

    private void grow() {
        long[] larger = new long[2 * words.length];
        for (int old = 0; old < words.length; old += 2) {
            if (words[old] != 0 || words[old + 1] != 0) {
                int slot = slotOf(larger, words[old], words[old + 1]);
                larger[slot] = words[old];
                larger[slot + 1] = words[old + 1];
            }
        }
        words = larger;
    }
}
