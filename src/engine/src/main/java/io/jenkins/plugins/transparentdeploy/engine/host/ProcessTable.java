package io.jenkins.plugins.transparentdeploy.engine.host;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What the kernel says of processes, read from {@code /proc} as proc_pid_stat(5) describes it. */
final class ProcessTable {
    private static final Path PROC = Path.of("/proc");
    private final Path proc;

    ProcessTable() {
        this(PROC);
    }

    ProcessTable(Path proc) {
        this.proc = proc;
    }

    /**
     * One process.
     *
     * @param state the kernel's letter
     * @param group its process group
     * @param session its session
     * @param startTicks its start in clock ticks since boot, which no adjustment of the clock changes
     */
    record Entry(long pid, char state, long group, long session, long startTicks) {
        /** Neither a zombie, which only waits to be collected, nor dead. */
        boolean isAlive() {
            return state != 'Z' && state != 'X' && state != 'x';
        }
    }

    boolean isAvailable() {
        return Files.isReadable(proc.resolve("self/stat")) && Files.isReadable(bootId());
    }

    /** The process with this id, dead or alive; empty when there is none. */
    Optional<Entry> find(long pid) throws IOException {
        byte[] bytes;
        try {
            bytes = Files.readAllBytes(proc.resolve(Long.toString(pid)).resolve("stat"));
        } catch (IOException e) {
            // It ended before or while it was read (ESRCH has no exception of its own); any other reason would also
            // hold for this very process.
            if (isAvailable()) {
                return Optional.empty();
            }
            throw e;
        }
        return Optional.of(parse(pid, new String(bytes, StandardCharsets.ISO_8859_1)));
    }

    /** Every process of a group, zombies excluded. */
    List<Entry> group(long group) throws IOException {
        List<Entry> members = new ArrayList<>();
        try (DirectoryStream<Path> directories = Files.newDirectoryStream(proc, "[1-9]*")) {
            for (Path directory : directories) {
                find(Long.parseLong(proc.relativize(directory).toString()))
                        .filter(entry -> entry.group() == group && entry.isAlive())
                        .ifPresent(members::add);
            }
        }
        return members;
    }

    /** What a process is known by: the boot it belongs to, and its start within it. */
    String incarnation(Entry entry) throws IOException {
        return boot() + ":" + entry.startTicks();
    }

    String boot() throws IOException {
        return Files.readString(bootId(), StandardCharsets.US_ASCII).strip();
    }

    private Path bootId() {
        return proc.resolve("sys/kernel/random/boot_id");
    }

    /** The second field, the program's name, may hold blanks and parentheses; the last parenthesis ends it. */
    static Entry parse(long pid, String stat) {
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).strip().split(" ");
        return new Entry(
                pid,
                fields[0].charAt(0),
                Long.parseLong(fields[2]),
                Long.parseLong(fields[3]),
                Long.parseLong(fields[19]));
    }
}
