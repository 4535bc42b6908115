package io.jenkins.plugins.transparentdeploy.engine.journal;

import io.jenkins.plugins.transparentdeploy.engine.storage.Sha256;
import java.util.Optional;

/**
 * The last record of a chain. Kept elsewhere, it shows whether the chain was cut short or rewritten.
 *
 * @param seq position, 0 if the chain is empty
 * @param hash hash of that record, 64 zeros if the chain is empty
 */
public record JournalHead(long seq, String hash) {
    /** Of a chain without records. */
    public static final JournalHead EMPTY = new JournalHead(0, "0".repeat(64));

    public JournalHead {
        if (seq < 0 || !Sha256.isSpelling(hash)) {
            throw new IllegalArgumentException("Not a journal head: " + seq + " " + hash);
        }
    }

    /** Reads {@code NUMBER:HASH}; empty if it is not that. */
    public static Optional<JournalHead> parse(String text) {
        String[] parts = text.strip().split(":", 2);
        try {
            return Optional.of(new JournalHead(Long.parseLong(parts[0]), parts.length == 2 ? parts[1] : ""));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** {@code NUMBER:HASH}. */
    public String spelling() {
        return seq + ":" + hash;
    }
}
