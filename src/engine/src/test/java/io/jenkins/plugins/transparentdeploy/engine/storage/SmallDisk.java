package io.jenkins.plugins.transparentdeploy.engine.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A real filesystem in memory, as small as wanted, so that a full or a read-only disk is a real one. Needs root. */
public final class SmallDisk implements Closeable {
    private final Path directory;

    private SmallDisk(Path directory) {
        this.directory = directory;
    }

    /** Mounts one in a new directory below {@code parent}; without the right to mount, the test is skipped. */
    public static SmallDisk mount(Path parent, int kilobytes) throws IOException {
        return over(Files.createTempDirectory(parent, "disk"), kilobytes);
    }

    /** Mounts one over a directory that is there. */
    public static SmallDisk over(Path directory, int kilobytes) throws IOException {
        boolean mounted =
                run(List.of("mount", "-t", "tmpfs", "-o", "size=" + kilobytes + "k", "tmpfs", "" + directory));
        assumeTrue(mounted, "only root can mount a small disk");
        return new SmallDisk(directory);
    }

    /** Its mount point. */
    public Path directory() {
        return directory;
    }

    /** Leaves so many bytes free, by a file of that name in the mount point. */
    public void fill(String name, long bytesLeft) throws IOException {
        long free = Files.getFileStore(directory).getUsableSpace();
        Files.write(directory.resolve(name), new byte[Math.toIntExact(Math.max(0, free - bytesLeft))]);
    }

    /** Makes it read-only. */
    public void protect() throws IOException {
        remount("ro");
    }

    /** Mounts it anew. @param option of mount(8), such as {@code noexec} */
    public void remount(String option) throws IOException {
        assertThat(run(List.of("mount", "-o", "remount," + option, directory.toString())))
                .isTrue();
    }

    @Override
    public void close() throws IOException {
        assertThat(run(List.of("umount", "-l", directory.toString()))).isTrue();
    }

    private static boolean run(List<String> command) throws IOException {
        try {
            return new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }
}
