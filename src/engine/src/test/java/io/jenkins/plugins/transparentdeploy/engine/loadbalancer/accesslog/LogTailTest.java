package io.jenkins.plugins.transparentdeploy.engine.loadbalancer.accesslog;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogTailTest {
    private static final long ALL = Long.MAX_VALUE / 2;

    @TempDir
    Path directory;

    private Path log;

    @BeforeEach
    void name() {
        log = directory.resolve("access.log");
    }

    private static void append(Path file, String text) throws IOException {
        Files.writeString(file, text, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    private static List<String> poll(LogTail tail) throws IOException {
        List<String> lines = new ArrayList<>();
        tail.poll(lines::add);
        return lines;
    }

    @Test
    void readsWholeLinesOnce() throws Exception {
        append(log, "one\ntw");
        try (LogTail tail = new LogTail(log, ALL)) {
            assertThat(poll(tail)).containsExactly("one");
            append(log, "o\nthree\n");
            assertThat(poll(tail)).containsExactly("two", "three");
            assertThat(poll(tail)).isEmpty();
        }
    }

    @Test
    void beginsWithTheFirstWholeLineOfTheHistory() throws Exception {
        append(log, "one\ntwo\nthree\n");
        try (LogTail tail = new LogTail(log, 8)) {
            assertThat(poll(tail)).containsExactly("three");
        }
        try (LogTail tail = new LogTail(log, 0)) {
            append(log, "four\nfive\n");
            assertThat(poll(tail)).containsExactly("five");
        }
    }

    @Test
    void waitsForALogThatIsNotThereYet() throws Exception {
        try (LogTail tail = new LogTail(log, ALL)) {
            assertThat(poll(tail)).isEmpty();
            append(log, "one\n");
            assertThat(poll(tail)).containsExactly("one");
        }
    }

    @Test
    void losesNothingWhenTheLogIsMovedAway() throws Exception {
        append(log, "one\n");
        Path old = directory.resolve("access.log.1");
        try (LogTail tail = new LogTail(log, ALL)) {
            assertThat(poll(tail)).containsExactly("one");
            append(log, "two\n");
            Files.move(log, old);
            assertThat(poll(tail)).containsExactly("two");
            append(old, "three\n");
            append(log, "four\n");
            assertThat(poll(tail)).containsExactlyInAnyOrder("three", "four");
            append(old, "five\n");
            append(log, "six\n");
            assertThat(poll(tail)).containsExactlyInAnyOrder("five", "six");
            Files.move(log, directory.resolve("access.log.2"));
            append(log, "seven\n");
            assertThat(poll(tail)).containsExactly("seven");
        }
    }

    @Test
    void beginsAgainWhenTheLogIsTruncated() throws Exception {
        append(log, "one\ntwo\nthr");
        try (LogTail tail = new LogTail(log, ALL)) {
            assertThat(poll(tail)).containsExactly("one", "two");
            Files.writeString(log, "four\n");
            assertThat(poll(tail)).containsExactly("four");
        }
    }

    @Test
    void aLineWithoutEndTakesNoMemory() throws Exception {
        append(log, "one\n");
        for (int i = 0; i < 20; i++) {
            append(log, "x".repeat(1_000_000));
        }
        append(log, "\ntwo\n");
        try (LogTail tail = new LogTail(log, ALL)) {
            assertThat(poll(tail)).containsExactly("one", "two");
        }
    }
}
