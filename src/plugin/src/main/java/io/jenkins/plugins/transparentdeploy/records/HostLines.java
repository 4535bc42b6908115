package io.jenkins.plugins.transparentdeploy.records;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;

/** The lines of a file that came from a host, which may have left out the ends of them: memory is bounded all the same. */
final class HostLines {
    /** In characters; no record of a journal, and no sample, is that long. */
    private static final int LONGEST = 1024 * 1024;

    private final Reader reader;

    /** @param lines UTF-8; is read, not closed */
    HostLines(InputStream lines) {
        reader = new BufferedReader(new InputStreamReader(lines, StandardCharsets.UTF_8));
    }

    /** The next one, without its end; null behind the last. One that is too long to be anything comes as an empty text. */
    @CheckForNull
    String next() throws IOException {
        StringBuilder line = new StringBuilder();
        int next = reader.read();
        if (next < 0) {
            return null;
        }
        while (next >= 0 && next != '\n') {
            if (line.length() <= LONGEST) {
                line.append((char) next);
            }
            next = reader.read();
        }
        return line.length() > LONGEST ? "" : line.toString();
    }
}
