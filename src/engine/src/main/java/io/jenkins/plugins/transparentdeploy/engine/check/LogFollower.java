package io.jenkins.plugins.transparentdeploy.engine.check;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Counts the lines of a log file that match, from a mark on, and remembers how far it got. A file that was renamed since
 * is read to its end under its new name (beside the old one and beginning like it, as log rotation does), and then its
 * successor from the beginning; one that was truncated is read from its beginning. Not safe for use by several threads.
 *
 * <p>Memory is bounded by the longest line that is looked at, and the work of one count by {@link #BYTES_AT_ONCE}.
 */
public final class LogFollower {
    /** Of a line, what comes after that many bytes is not looked at. */
    static final int LONGEST_LINE = 16 * 1024;

    /** What one count reads of a file at most; of more, the end. */
    static final long BYTES_AT_ONCE = 64L * 1024 * 1024;

    private final Path file;
    private LogMark position;

    /** @param start from where on to count */
    public LogFollower(Path file, LogMark start) {
        this.file = file;
        this.position = start;
    }

    /** From where a file stood; of one that has no mark, all of it. */
    public static LogFollower since(Path file, LogMarks marks) {
        return new LogFollower(file, marks.of(file).orElse(LogMark.BEGINNING));
    }

    /** From the file's end as it is now. */
    public static LogFollower fromNow(Path file) throws IOException {
        return new LogFollower(file, LogMark.of(file));
    }

    /**
     * What a count came to.
     *
     * @param matches lines that match
     * @param lines complete lines that were read
     * @param last the last line that matches; empty without one
     * @param skipped bytes that were too many to read
     */
    public record Count(long matches, long lines, String last, long skipped) {
        static final Count NONE = new Count(0, 0, "", 0);

        Count plus(Count later) {
            return new Count(
                    matches + later.matches,
                    lines + later.lines,
                    later.last.isEmpty() ? last : later.last,
                    skipped + later.skipped);
        }
    }

    /**
     * Counts what was written since the last count.
     *
     * @param deadline of {@link System#nanoTime}, after which it gives up
     * @throws IOException when the file is not there or cannot be read, or it took too long; the next count then begins
     *     where this one did
     */
    public Count count(Pattern pattern, long deadline) throws IOException {
        BasicFileAttributes now = attributes();
        LogMark from = position;
        Count count = Count.NONE;
        if (!from.key().isEmpty() && !from.isIn(file, now)) {
            Optional<Path> rotated = rotated(from);
            if (rotated.isPresent()) {
                count = new Reading(pattern, deadline).read(rotated.get(), from.offset()).count;
            }
            from = LogMark.BEGINNING;
        }
        Reading reading = new Reading(pattern, deadline).read(file, from.offset());
        position = LogMark.of(file, now, reading.end);
        return count.plus(reading.count);
    }

    private BasicFileAttributes attributes() throws IOException {
        try {
            BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
            if (!attributes.isRegularFile()) {
                throw new IOException(file + " is not a file");
            }
            return attributes;
        } catch (NoSuchFileException e) {
            throw new IOException("there is no file " + file, e);
        }
    }

    /** The file that the mark is in, under the name that it has now. */
    private Optional<Path> rotated(LogMark mark) throws IOException {
        String name = file.getFileName().toString();
        try (DirectoryStream<Path> siblings = Files.newDirectoryStream(
                file.getParent(), path -> path.getFileName().toString().startsWith(name))) {
            for (Path sibling : siblings) {
                BasicFileAttributes attributes =
                        Files.readAttributes(sibling, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
                if (attributes.isRegularFile() && mark.isIn(sibling, attributes)) {
                    return Optional.of(sibling);
                }
            }
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
        return Optional.empty();
    }

    /** One pass over a file. */
    private static final class Reading {
        private final Pattern pattern;
        private final long deadline;
        private final byte[] line = new byte[LONGEST_LINE];
        private int length;
        private Count count = Count.NONE;
        /** Where the last complete line ends. */
        private long end;

        Reading(Pattern pattern, long deadline) {
            this.pattern = pattern;
            this.deadline = deadline;
        }

        Reading read(Path file, long offset) throws IOException {
            try (FileChannel channel = FileChannel.open(file)) {
                long from = Math.max(offset, channel.size() - BYTES_AT_ONCE);
                count = new Count(0, 0, "", from - offset);
                end = from;
                channel.position(from);
                try (InputStream in = new BufferedInputStream(Channels.newInputStream(channel), 1 << 16)) {
                    readLines(in, from);
                }
            }
            return this;
        }

        private void readLines(InputStream in, long from) throws IOException {
            long position = from;
            for (int next = in.read(); next >= 0; next = in.read()) {
                position++;
                if (next == '\n') {
                    finishLine();
                    end = position;
                    if (end - from > BYTES_AT_ONCE) {
                        // Its writer is faster than this reader; the rest is for the next time.
                        return;
                    }
                } else if (length < LONGEST_LINE) {
                    line[length++] = (byte) next;
                }
            }
        }

        private void finishLine() throws IOException {
            if (System.nanoTime() - deadline > 0) {
                throw new IOException("there was no time to read all of it");
            }
            String text = new String(line, 0, length, StandardCharsets.UTF_8);
            boolean matches = PatternSearch.find(pattern, text, deadline);
            count = count.plus(new Count(matches ? 1 : 0, 1, matches ? text : "", 0));
            length = 0;
        }
    }
}
