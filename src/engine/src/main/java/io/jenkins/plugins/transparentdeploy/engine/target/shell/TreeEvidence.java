package io.jenkins.plugins.transparentdeploy.engine.target.shell;

import io.jenkins.plugins.transparentdeploy.engine.storage.Sha256;
import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;

/**
 * What a host says of a tree that it has.
 *
 * @param signature of what shows without reading: names, types, inodes, sizes, modes and times, change times above all; from
 *     before anything was read
 * @param digest of all that is in it; empty when it was not read
 * @param newest the youngest change time in it, in seconds since 1970
 * @param clock what it was before that
 */
record TreeEvidence(
        Optional<String> signature, Optional<String> digest, Optional<BigDecimal> newest, Optional<BigDecimal> clock) {
    /** More than a tick of any clock that shows fractions. */
    private static final BigDecimal TICKS = new BigDecimal("0.05");

    /**
     * More than another machine's clock, which a network filesystem goes by, is off; more than a second, which some
     * filesystems round to; and more than the system keeps from the disk what was written.
     */
    private static final BigDecimal MINUTE = new BigDecimal(60);

    /** @throws NumberFormatException if a time is none */
    static TreeEvidence of(List<Fact> facts) {
        return new TreeEvidence(
                first(facts, "signature").map(TreeEvidence::spelled),
                first(facts, "digest").map(TreeEvidence::spelled),
                time(facts, "newest"),
                time(facts, "clock"));
    }

    private static Optional<BigDecimal> time(List<Fact> facts, String key) {
        return first(facts, key).filter(said -> !said.isEmpty()).map(BigDecimal::new);
    }

    private static Optional<String> first(List<Fact> facts, String key) {
        return facts.stream()
                .filter(fact -> fact.key().equals(key))
                .map(Fact::value)
                .findFirst();
    }

    /** What sha256sum said of what it read: the digest, and a dash for the name. */
    static String spelled(String said) {
        String digest = said.substring(0, Math.min(said.length(), 64));
        return Sha256.isSpelling(digest) ? digest : "none";
    }

    /**
     * Whether whatever changes the tree from now on changes its signature, too. So it is unless something was changed just
     * before it was read: a change after that may have the same time.
     *
     * @param settled whether the clock is the filesystem's own, and all was on the disk before that
     */
    boolean tellsLaterChanges(boolean settled) {
        if (clock.isEmpty()
                || signature.filter(Sha256::isSpelling).isEmpty()
                || digest.filter(Sha256::isSpelling).isEmpty()) {
            return false;
        }
        boolean fractions = clock.get().stripTrailingZeros().scale() > 0;
        BigDecimal margin = settled && fractions ? TICKS : MINUTE;
        return newest.orElse(BigDecimal.ZERO).add(margin).compareTo(clock.get()) < 0;
    }
}
