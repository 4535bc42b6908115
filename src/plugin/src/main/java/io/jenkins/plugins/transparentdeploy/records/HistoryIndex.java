package io.jenkins.plugins.transparentdeploy.records;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.util.AtomicFileWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The summaries of one history in memory, so that no list reads records. On disk they are {@code index.jsonl}, a line for
 * each change, the last for a release counts. The records are the truth: each line says how its record's file looked, and
 * a file that looks different when the index is read, because Jenkins died between the two or somebody restored a backup, is
 * read again. So the index may be lost, torn or deleted at any time.
 */
final class HistoryIndex {
    private static final Logger LOGGER = Logger.getLogger(HistoryIndex.class.getName());
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final String FILE = "index.jsonl";

    private final Path directory;
    private final ConcurrentSkipListMap<String, ReleaseSummary> newestFirst =
            new ConcurrentSkipListMap<>(Comparator.reverseOrder());

    /** Kept until something changes: a page asks for them again and again. */
    @CheckForNull
    private Set<String> jobNames;

    /** How many renames of jobs there were when they were found. */
    private int renames;

    /**
     * @param size of the record's file in bytes
     * @param modified nanoseconds since the epoch
     */
    @JsonIgnoreProperties(ignoreUnknown = true)
    record Line(ReleaseSummary release, long size, long modified) {
        boolean describes(BasicFileAttributes file) {
            return release != null && size == file.size() && modified == modifiedNanos(file);
        }

        private static long modifiedNanos(BasicFileAttributes file) {
            return file.lastModifiedTime().to(TimeUnit.NANOSECONDS);
        }

        static Line of(ReleaseSummary release, Path file) throws IOException {
            BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
            return new Line(release, attributes.size(), modifiedNanos(attributes));
        }
    }

    private HistoryIndex(Path directory) {
        this.directory = directory;
    }

    /** @param directory of the history; need not exist */
    static HistoryIndex load(Path directory) throws IOException {
        HistoryIndex index = new HistoryIndex(directory);
        Path releases = directory.resolve("releases");
        if (Files.isDirectory(releases)) {
            index.read(releases);
        }
        return index;
    }

    Collection<ReleaseSummary> newestFirst() {
        return Collections.unmodifiableCollection(newestFirst.values());
    }

    int size() {
        return newestFirst.size();
    }

    /** Full names of the jobs whose builds made them, in their order. */
    synchronized Set<String> jobNames() {
        int renamesNow = JobRenames.count();
        if (jobNames == null || renames != renamesNow) {
            renames = renamesNow;
            jobNames = newestFirst.values().stream()
                    .map(ReleaseSummary::getJobName)
                    .filter(Objects::nonNull)
                    .collect(Collectors.collectingAndThen(
                            Collectors.toCollection(TreeSet::new), Collections::unmodifiableSet));
        }
        return jobNames;
    }

    Optional<ReleaseSummary> find(String id) {
        return Optional.ofNullable(newestFirst.get(id));
    }

    /** To be called after the record was written; if this fails, the next start finds out by the record's file. */
    void put(ReleaseSummary summary, Path file) throws IOException {
        synchronized (this) {
            newestFirst.put(summary.getId(), summary);
            jobNames = null;
        }
        String line = "\n" + MAPPER.writeValueAsString(Line.of(summary, file));
        Files.writeString(directory.resolve(FILE), line, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    private void read(Path releases) throws IOException {
        Map<String, Line> known = readLines();
        Map<String, Line> current = new HashMap<>();
        boolean stale = false;
        try (Stream<Path> files = Files.list(releases)) {
            for (Path file :
                    (Iterable<Path>) files.filter(path -> path.toString().endsWith(".json"))::iterator) {
                String name = releases.relativize(file).toString();
                String id = name.substring(0, name.length() - ".json".length());
                Line line = known.get(id);
                if (line == null || !line.describes(Files.readAttributes(file, BasicFileAttributes.class))) {
                    stale = true;
                    line = readRecord(file);
                }
                if (line != null && line.release().getId().equals(id)) {
                    current.put(id, line);
                    newestFirst.put(id, line.release().shared());
                }
            }
        }
        if (stale || !known.keySet().equals(current.keySet())) {
            note(current.values());
        }
    }

    /** What is in memory is right all the same: the next start reads the records again. */
    private void note(Collection<Line> lines) {
        try {
            rewrite(lines);
        } catch (IOException e) {
            LOGGER.log(
                    Level.WARNING,
                    e,
                    () -> directory.resolve(FILE) + " cannot be written, so each start reads all records. See that"
                            + " Jenkins may write there, and that its disk is not full.");
        }
    }

    private Map<String, Line> readLines() {
        Map<String, Line> lines = new HashMap<>();
        Path file = directory.resolve(FILE);
        if (!Files.exists(file)) {
            return lines;
        }
        try (Stream<String> all = Files.lines(file)) {
            for (String text : (Iterable<String>) all::iterator) {
                try {
                    Line line = text.isEmpty() ? null : MAPPER.readValue(text, Line.class);
                    if (line != null && line.release() != null) {
                        lines.put(line.release().getId(), line);
                    }
                } catch (JsonProcessingException e) {
                    LOGGER.log(Level.FINE, "A line of " + file + " was torn; its record is read instead", e);
                }
            }
        } catch (IOException | java.io.UncheckedIOException e) {
            LOGGER.log(Level.WARNING, file + " cannot be read; it is made anew from the records", e);
        }
        return lines;
    }

    /** Null for a file that is no record: it must not keep the others from being shown. */
    private static Line readRecord(Path file) throws IOException {
        try {
            HistoryEntry entry = new HistoryEntry(MAPPER.readTree(file.toFile()));
            return Line.of(ReleaseSummary.of(entry), file);
        } catch (JsonProcessingException | RuntimeException e) {
            LOGGER.log(
                    Level.WARNING,
                    e,
                    () -> file + " is no release record and is left out. Restore it from a backup, or delete it.");
            return null;
        }
    }

    private void rewrite(Collection<Line> lines) throws IOException {
        StringBuilder text = new StringBuilder();
        for (Line line : List.copyOf(lines)) {
            text.append(MAPPER.writeValueAsString(line)).append('\n');
        }
        try (AtomicFileWriter writer = new AtomicFileWriter(directory.resolve(FILE), StandardCharsets.UTF_8)) {
            try {
                writer.write(text.toString());
                writer.commit();
            } finally {
                writer.abort();
            }
        }
    }
}
