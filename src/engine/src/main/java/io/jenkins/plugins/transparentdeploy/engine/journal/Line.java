package io.jenkins.plugins.transparentdeploy.engine.journal;

import io.jenkins.plugins.transparentdeploy.engine.storage.Seal;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/**
 * A line of a segment, whatever is in it: bytes up to a line feed, or up to the end.
 *
 * @param text without the line feed; bytes that are no UTF-8 are characters that no hash fits
 * @param whole whether there was a line feed
 * @param bytes how many, line feed included
 */
record Line(String text, boolean whole, long bytes) {
    /** What a file has where it was made longer and nothing was written. */
    private static final char UNWRITTEN = '\0';

    /** The next one; see {@link #isNothing}. */
    static Line read(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int octet = in.read(); octet >= 0; octet = in.read()) {
            if (octet == '\n') {
                return new Line(line.toString(StandardCharsets.UTF_8), true, line.size() + 1L);
            }
            line.write(octet);
        }
        return new Line(line.toString(StandardCharsets.UTF_8), false, line.size());
    }

    /** Whether there was none any more. */
    boolean isNothing() {
        return !whole && bytes == 0;
    }

    /**
     * Whether a machine, or a writer, that stopped can have left this line, if it is not as it was written. Of what was not
     * durable it leaves the beginning, or zeros in the place of some of it: then the line feed is missing, or there are zeros.
     * No record has a zero in it. What has neither was changed after it was written, as was a record that lacks nothing but
     * the line feed and has another byte there.
     */
    boolean mayBeTorn() {
        return whole ? text.indexOf(UNWRITTEN) >= 0 : !isRecordAndMore();
    }

    private boolean isRecordAndMore() {
        return text.indexOf(UNWRITTEN) < 0 && !text.isEmpty() && Seal.isOn(text.substring(0, text.length() - 1));
    }
}
