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

    /** These, and where further files stand now; of those that cannot be read, none. */
    public LogMarks andOfReadable(Collection<Path> further) {
        Map<String, LogMark> marks = new TreeMap<>(files);
        for (Path file : further) {
            try {
                marks.putIfAbsent(file.toString(), LogMark.of(file));
            } catch (IOException e) {
                // A check that asks it says why it cannot be read.
                continue;
            }
        }
        return new LogMarks(marks);
    }

    /** Whether it is known where the file stood. */
    public boolean know(Path file) {
        return of(file).isPresent();
    }

    /** The mark of a file; empty when none was made. */
    Optional<LogMark> of(Path file) {
        return Optional.ofNullable(files.get(file.toString()));
    }
}
