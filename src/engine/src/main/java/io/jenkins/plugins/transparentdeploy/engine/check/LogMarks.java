package io.jenkins.plugins.transparentdeploy.engine.check;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Where log files stood at a moment, so that what was written before is nobody's fault. It can be kept as JSON.
 *
 * @param files by absolute path; one that was not there has a mark that says so
 */
public record LogMarks(Map<String, LogMark> files) {
    /** Knows of no file: all of it counts. */
    public static final LogMarks NONE = new LogMarks(Map.of());

    public LogMarks {
        files = files == null ? Map.of() : Map.copyOf(files);
    }

    /** Where the files stand now. */
    public static LogMarks take(Collection<Path> files) throws IOException {
        Map<String, LogMark> marks = new TreeMap<>();
        for (Path file : files) {
            marks.put(file.toString(), LogMark.of(file));
        }
        return new LogMarks(marks);
    }

    /** The mark of a file; empty when none was made. */
    Optional<LogMark> of(Path file) {
        return Optional.ofNullable(files.get(file.toString()));
    }
}
