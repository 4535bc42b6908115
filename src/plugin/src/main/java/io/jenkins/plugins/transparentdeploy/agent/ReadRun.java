package io.jenkins.plugins.transparentdeploy.agent;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import jenkins.agents.ControllerToAgentCallable;

/**
 * One look at a run's directory: cheap, read-only, and bounded however much the run has said. It reads {@code
 * process.json} without a JSON library, for an agent would have to load that through the channel first.
 *
 * @param offset where in its events to begin, in bytes
 * @param until where to end at the latest, at the end of a line
 */
record ReadRun(String directory, long offset, long until)
        implements ControllerToAgentCallable<RunSnapshot, IOException> {
    static final long AS_FAR_AS_THERE_IS = Long.MAX_VALUE;
    /** In bytes and in characters: that of a thousand hosts with all their checks takes a tenth of it. */
    static final int LARGEST_RESULT = 32 * 1024 * 1024;

    private static final int LIMIT = 256 * 1024;
    private static final Pattern PID = Pattern.compile("\"pid\"\\s*:\\s*(\\d+)");
    private static final Pattern INCARNATION = Pattern.compile("\"incarnation\"\\s*:\\s*\"([^\"]+)\"");
    private static final int OUTPUT_LIMIT = 4 * 1024;
    /** A process that was submitted a moment ago may not have said yet who it is. */
    private static final Duration STARTING = Duration.ofSeconds(60);

    @Override
    public RunSnapshot call() throws IOException {
        Path run = Path.of(directory);
        if (!Files.isDirectory(run)) {
            throw new NoSuchFileException(
                    directory,
                    null,
                    "the record of this run is gone. Look at the releases on the host: tdeploy status");
        }
        boolean alive = isAlive(run);
        // The result before the events: then no event that came before it can be missed.
        String result = readResult(run.resolve("result.json"));
        byte[] chunk = readEvents(run.resolve("events.jsonl"));
        boolean full = chunk.length == LIMIT;
        int end = lastLineFeed(chunk) + 1;
        if (full && end == 0) {
            end = LIMIT; // a line longer than any event is: go on behind it rather than never
        }
        List<String> events = new String(chunk, 0, end, StandardCharsets.UTF_8)
                .lines()
                .filter(line -> !line.isBlank())
                .toList();
        String output = alive || result != null ? "" : tail(run.resolve("output.log"));
        return new RunSnapshot(events, offset + end, full, alive, result, output);
    }

    private byte[] readEvents(Path file) throws IOException {
        if (!Files.exists(file)) {
            return new byte[0];
        }
        try (RandomAccessFile events = new RandomAccessFile(file.toFile(), "r")) {
            events.seek(Math.min(offset, events.length()));
            byte[] chunk = new byte[(int) Math.min(LIMIT, until - offset)];
            int length = Math.max(0, events.read(chunk));
            return Arrays.copyOf(chunk, length);
        }
    }

    private static int lastLineFeed(byte[] bytes) {
        int last = bytes.length - 1;
        while (last >= 0 && bytes[last] != '\n') {
            last--;
        }
        return last;
    }

    private static boolean isAlive(Path run) throws IOException {
        String process = readIfThere(run.resolve("process.json"));
        if (process == null) {
            Instant submitted = Files.getLastModifiedTime(run).toInstant();
            return submitted.plus(STARTING).isAfter(Instant.now());
        }
        Matcher pid = PID.matcher(process);
        Matcher incarnation = INCARNATION.matcher(process);
        return pid.find() && incarnation.find() && incarnation.group(1).equals(incarnationOf(pid.group(1)));
    }

    /** What distinguishes a process from a later one with the same id: the boot, and its start within it. */
    @CheckForNull
    private static String incarnationOf(String pid) throws IOException {
        String stat = readIfThere(Path.of("/proc", pid, "stat"));
        String boot = readIfThere(Path.of("/proc/sys/kernel/random/boot_id"));
        if (stat == null || boot == null) {
            return null;
        }
        // The second field is the program's name in parentheses, which may hold blanks; the 22nd is the start.
        String[] fields = stat.substring(stat.lastIndexOf(')') + 1).strip().split(" ");
        return fields[0].equals("Z") ? null : boot.strip() + ":" + fields[19];
    }

    @CheckForNull
    private static String readResult(Path file) throws IOException {
        if (Files.exists(file) && Files.size(file) > LARGEST_RESULT) {
            throw new IOException(file + " has " + Files.size(file) + " bytes, which is more than any release says of"
                    + " itself, and is not read. Look at what runs on this host: tdeploy status.");
        }
        return readIfThere(file);
    }

    @CheckForNull
    private static String readIfThere(Path file) throws IOException {
        try {
            return Files.readString(file);
        } catch (NoSuchFileException e) {
            return null;
        }
    }

    private static String tail(Path file) throws IOException {
        if (!Files.exists(file)) {
            return "";
        }
        try (RandomAccessFile output = new RandomAccessFile(file.toFile(), "r")) {
            byte[] end = new byte[(int) Math.min(OUTPUT_LIMIT, output.length())];
            output.seek(output.length() - end.length);
            output.readFully(end);
            return new String(end, StandardCharsets.UTF_8);
        }
    }
}
