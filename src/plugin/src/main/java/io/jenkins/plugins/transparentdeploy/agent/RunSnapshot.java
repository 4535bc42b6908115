package io.jenkins.plugins.transparentdeploy.agent;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import java.io.Serial;
import java.io.Serializable;
import java.util.List;

/**
 * What a run had to say at one look at its directory.
 *
 * @param events complete lines of {@code events.jsonl} that were not read before, in order
 * @param offset bytes of {@code events.jsonl} read so far
 * @param more there are further events to read at once
 * @param alive the process that does the work still runs
 * @param result the text of {@code result.json}, or null as long as there is none
 * @param output the end of what the process printed, which is of interest only if it died; else empty
 */
public record RunSnapshot(
        List<String> events, long offset, boolean more, boolean alive, @CheckForNull String result, String output)
        implements Serializable {
    @Serial
    private static final long serialVersionUID = 1L;

    public RunSnapshot {
        events = List.copyOf(events);
    }

    /** The process is gone and did not say how it ended. */
    public boolean lost() {
        return result == null && !alive && !more;
    }
}
