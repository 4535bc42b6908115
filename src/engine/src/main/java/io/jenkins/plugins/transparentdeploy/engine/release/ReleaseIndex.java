package io.jenkins.plugins.transparentdeploy.engine.release;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.jenkins.plugins.transparentdeploy.engine.Json;
import io.jenkins.plugins.transparentdeploy.engine.storage.DurableFiles;
import io.jenkins.plugins.transparentdeploy.engine.storage.Seal;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Remembers what stands in each {@code release.json}, so that a history of thousands is searched without reading them:
 * a line for each record that was written, the last one of a release counts. Each line has the size and the time of the
 * file that it is of, and is sealed; one that does not match says nothing, and the record is read. So it can be lost, torn,
 * damaged or old, and nothing depends on it but speed. It is not synced, and rewritten when most of it is of no use any more.
 */
final class ReleaseIndex {
    /** A line. */
    private record Entry(long size, long modified, ReleaseSummary summary) {}

    /** Lines beyond the useful ones that are not worth a rewriting. */
    private static final int SLACK = 200;

    private final EnvironmentDirectory directory;
    private Map<ReleaseId, Entry> entries;
    private int lines;

    ReleaseIndex(EnvironmentDirectory directory) {
        this.directory = directory;
    }

    /**
     * What is known of a release, read from its record if need be; empty when it has none.
     *
     * @param record reads it
     */
    synchronized Optional<ReleaseSummary> find(ReleaseId id, Reader record) throws IOException {
        Optional<BasicFileAttributes> stat = stat(id);
        if (stat.isEmpty()) {
            return Optional.empty();
        }
        Entry entry = entries().get(id);
        if (entry != null && matches(entry, stat.get())) {
            return Optional.of(entry.summary());
        }
        Optional<ReleaseSummary> read = record.read(id).map(ReleaseSummary::of);
        read.ifPresent(summary -> entries.put(id, entry(stat.get(), summary)));
        return read;
    }

    /** Reads a record. */
    @FunctionalInterface
    interface Reader {
        Optional<ReleaseRecord> read(ReleaseId id) throws IOException;
    }

    private static boolean matches(Entry entry, BasicFileAttributes stat) {
        return entry.size() == stat.size()
                && entry.modified() == stat.lastModifiedTime().to(TimeUnit.NANOSECONDS);
    }

    private static Entry entry(BasicFileAttributes stat, ReleaseSummary summary) {
        return new Entry(stat.size(), stat.lastModifiedTime().to(TimeUnit.NANOSECONDS), summary);
    }

    private Optional<BasicFileAttributes> stat(ReleaseId id) throws IOException {
        try {
            return Optional.of(Files.readAttributes(directory.releaseRecord(id), BasicFileAttributes.class));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    private Map<ReleaseId, Entry> entries() throws IOException {
        if (entries == null) {
            entries = new HashMap<>();
            lines = 0;
            try (BufferedReader reader = Files.newBufferedReader(directory.releaseIndex(), StandardCharsets.UTF_8)) {
                for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                    lines++;
                    parse(line).ifPresent(entry -> entries.put(entry.summary().id(), entry));
                }
            } catch (NoSuchFileException e) {
                // Nothing is remembered yet.
            } catch (java.nio.charset.CharacterCodingException e) {
                // What a power cut left of it. What was read up to there is as good as ever.
                lines = Integer.MAX_VALUE;
            }
        }
        return entries;
    }

    private static Optional<Entry> parse(String line) {
        if (!Seal.isOn(line)) {
            return Optional.empty();
        }
        try {
            return Optional.ofNullable(Json.MAPPER.readValue(line, Entry.class))
                    .filter(entry -> entry.summary() != null);
        } catch (JsonProcessingException | RuntimeException e) {
            return Optional.empty();
        }
    }

    /** Remembers a record that was just written. Never fails: without it the record is read. */
    synchronized void written(ReleaseRecord record) {
        try {
            Optional<BasicFileAttributes> stat = stat(record.id());
            if (stat.isPresent()) {
                Entry entry = entry(stat.get(), ReleaseSummary.of(record));
                entries().put(record.id(), entry);
                append(line(entry));
                lines++;
            }
        } catch (IOException e) {
            entries = null;
        }
    }

    private static String line(Entry entry) throws IOException {
        return Seal.on(Json.MAPPER.writeValueAsString(entry)) + "\n";
    }

    private void append(String text) throws IOException {
        try (FileChannel channel = FileChannel.open(
                directory.releaseIndex(), Set.of(StandardOpenOption.APPEND, StandardOpenOption.CREATE))) {
            channel.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
        }
    }

    /**
     * Remembers every release anew when little of what is there is of use: after an upgrade, or after many changes. For
     * whoever holds the environment's lock.
     */
    synchronized void tidy(Collection<ReleaseId> ids, Reader record) throws IOException {
        entries();
        boolean wasteful = lines > 2L * ids.size() + SLACK;
        boolean incomplete = entries.size() + SLACK < ids.size() || entries.isEmpty() && !ids.isEmpty();
        if (!wasteful && !incomplete) {
            return;
        }
        StringBuilder text = new StringBuilder();
        for (ReleaseId id : ids) {
            if (find(id, record).isPresent()) {
                text.append(line(entries.get(id)));
            }
        }
        Path file = directory.releaseIndex();
        DurableFiles.write(file, text.toString());
        entries = null;
    }
}
