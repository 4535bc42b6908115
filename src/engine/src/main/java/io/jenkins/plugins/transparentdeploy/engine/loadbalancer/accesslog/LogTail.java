package io.jenkins.plugins.transparentdeploy.engine.loadbalancer.accesslog;

import java.io.Closeable;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Reads the lines that come to a log, wherever it is moved to meanwhile. A file that was moved away is read until nothing
 * more comes to it, for its writers open the new one in their own time. One that was truncated is read from its start.
 * Memory is bounded: a line that is too long for a log of ours is skipped.
 */
final class LogTail implements Closeable {
    private static final int LONGEST_LINE = 8 * 1024;

    private final Path path;
    private final Deque<Source> sources = new ArrayDeque<>();

    /**
     * Begins near the end of what is there.
     *
     * @param history how many bytes of it are read too, from the first whole line on
     */
    LogTail(Path path, long history) throws IOException {
        this.path = path;
        Optional<Source> source = Source.open(path);
        if (source.isPresent()) {
            source.get().skipAllBut(history);
            sources.add(source.get());
        }
    }

    /** Reads what came since the last time. */
    void poll(Consumer<String> lines) throws IOException {
        for (Iterator<Source> it = sources.iterator(); it.hasNext(); ) {
            Source source = it.next();
            boolean current = source == sources.peekLast();
            if (source.read(lines) == 0 && !current && source.rest()) {
                source.close();
                it.remove();
            }
        }
        Object key = Source.key(path);
        if (key != null && (sources.isEmpty() || !sources.getLast().key.equals(key))) {
            Optional<Source> next = Source.open(path);
            if (next.isPresent()) {
                next.get().read(lines);
                sources.add(next.get());
            }
        }
    }

    @Override
    public void close() throws IOException {
        for (Source source : sources) {
            source.close();
        }
        sources.clear();
    }

    /** One file, whatever its name is now. Not a channel: an interrupt would close it. */
    private static final class Source implements Closeable {
        private final RandomAccessFile file;
        private final Object key;
        private final byte[] buffer = new byte[64 * 1024];
        private final StringBuilder line = new StringBuilder();
        private boolean skipping;
        private boolean rested;

        private Source(RandomAccessFile file, Object key) {
            this.file = file;
            this.key = key;
        }

        /** Empty when there is none. */
        static Optional<Source> open(Path path) throws IOException {
            while (true) {
                Object before = key(path);
                if (before == null) {
                    return Optional.empty();
                }
                RandomAccessFile file;
                try {
                    file = new RandomAccessFile(path.toFile(), "r");
                } catch (FileNotFoundException e) {
                    if (Files.exists(path)) {
                        throw e;
                    }
                    return Optional.empty();
                }
                if (before.equals(key(path))) {
                    return Optional.of(new Source(file, before));
                }
                file.close();
            }
        }

        /** What tells a file from another one of the same name; null when there is none. */
        static Object key(Path path) throws IOException {
            try {
                return Files.readAttributes(path, BasicFileAttributes.class).fileKey();
            } catch (NoSuchFileException e) {
                return null;
            }
        }

        void skipAllBut(long history) throws IOException {
            long start = file.length() - history;
            if (start > 0) {
                file.seek(start);
                skipping = true;
            }
        }

        /** Whether this is the second time in a row that nothing came. */
        boolean rest() {
            boolean before = rested;
            rested = true;
            return before;
        }

        /** How many bytes there were. */
        long read(Consumer<String> lines) throws IOException {
            if (file.length() < file.getFilePointer()) {
                file.seek(0);
                line.setLength(0);
                skipping = false;
            }
            long sum = 0;
            for (int n = file.read(buffer); n > 0; n = file.read(buffer)) {
                sum += n;
                accept(new String(buffer, 0, n, StandardCharsets.ISO_8859_1), lines);
            }
            if (sum > 0) {
                rested = false;
            }
            return sum;
        }

        private void accept(String text, Consumer<String> lines) {
            int from = 0;
            for (int end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', from)) {
                append(text, from, end);
                if (!skipping) {
                    lines.accept(line.toString());
                }
                line.setLength(0);
                skipping = false;
                from = end + 1;
            }
            append(text, from, text.length());
        }

        private void append(String text, int from, int to) {
            if (skipping || line.length() + to - from > LONGEST_LINE) {
                skipping = true;
                line.setLength(0);
            } else {
                line.append(text, from, to);
            }
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }
}
