package io.jenkins.plugins.transparentdeploy.engine.check;

import java.io.IOException;
import java.time.Duration;
import java.util.regex.Pattern;

/**
 * Looks for a pattern in somebody else's text, for a bounded time: there are patterns and texts on which a backtracking
 * matcher would take years, and it cannot be interrupted. It only looks at its text, so it is the text that gives up.
 */
final class PatternSearch {
    private static final Duration LONGEST = Duration.ofSeconds(2);

    private PatternSearch() {}

    /**
     * Whether the pattern has a match.
     *
     * @throws IOException when that could not be found out in two seconds
     */
    static boolean find(Pattern pattern, CharSequence text) throws IOException {
        return find(pattern, text, System.nanoTime() + LONGEST.toNanos());
    }

    /** @param deadline of {@link System#nanoTime} */
    static boolean find(Pattern pattern, CharSequence text, long deadline) throws IOException {
        try {
            return pattern.matcher(new BoundedText(text, deadline)).find();
        } catch (TookTooLongException | StackOverflowError e) {
            throw new IOException("the pattern /" + pattern + "/ takes too long on this text; make it simpler", e);
        }
    }

    /** Time is up. Not an error of anybody's: it only leaves the matcher. */
    private static final class TookTooLongException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        TookTooLongException() {
            super("The pattern takes too long", null, false, false);
        }
    }

    private static final class BoundedText implements CharSequence {
        private static final int BETWEEN_LOOKS = 1 << 14;

        private final CharSequence text;
        private final long deadline;
        private int looks;

        BoundedText(CharSequence text, long deadline) {
            this.text = text;
            this.deadline = deadline;
        }

        @Override
        public char charAt(int index) {
            if (++looks % BETWEEN_LOOKS == 0 && System.nanoTime() - deadline > 0) {
                throw new TookTooLongException();
            }
            return text.charAt(index);
        }

        @Override
        public int length() {
            return text.length();
        }

        @Override
        public CharSequence subSequence(int start, int end) {
            return text.subSequence(start, end);
        }

        @Override
        public String toString() {
            return text.toString();
        }
    }
}
