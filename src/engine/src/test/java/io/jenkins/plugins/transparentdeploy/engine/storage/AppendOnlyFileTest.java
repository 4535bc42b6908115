package io.jenkins.plugins.transparentdeploy.engine.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AppendOnlyFileTest {
    @TempDir
    Path directory;

    @Test
    void goesOnWhereItEnded() throws IOException {
        Path path = directory.resolve("log");
        try (AppendOnlyFile file = AppendOnlyFile.open(path)) {
            file.append(bytes("one\n"));
        }
        try (AppendOnlyFile file = AppendOnlyFile.open(path)) {
            file.append(bytes("two\n"));
            file.sync();
        }

        assertThat(path).hasContent("one\ntwo\n");
    }

    @Test
    void takesBackWhatAFullDiskCutsOff() throws IOException {
        try (SmallDisk disk = SmallDisk.mount(directory, 256);
                AppendOnlyFile file = AppendOnlyFile.open(disk.directory().resolve("log"))) {
            file.append(bytes("whole\n"));
            disk.fill("ballast", 16 * 1024);

            assertThatThrownBy(() -> file.append(new byte[64 * 1024])).isInstanceOf(IOException.class);
            Files.delete(disk.directory().resolve("ballast"));
            file.append(bytes("whole again\n"));

            assertThat(file.path()).hasContent("whole\nwhole again\n");
        }
    }

    /** Whoever dies in the middle of releasing a large tree leaves much, and whoever comes next has to open it. */
    @Test
    void reopensWhatIsLargerThanMemory() throws Exception {
        Path path = directory.resolve("log");
        byte[] line = ("x".repeat(1023) + "\n").getBytes(StandardCharsets.UTF_8);
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(path))) {
            for (int i = 0; i < 48 * 1024; i++) {
                out.write(line);
            }
        }

        Process child = ChildJvm.start(Reopening.class, List.of("-Xmx32m"), List.of(path.toString()));

        assertThat(child.inputReader().readLine()).isEqualTo("reopened 50331648");
        assertThat(child.waitFor()).isZero();
        assertThat(path).hasSize(50_331_657);
        try (Stream<String> lines = Files.lines(path)) {
            assertThat(lines.filter(text -> text.equals("x".repeat(1023)))).hasSize(48 * 1024);
        }
    }

    static final class Reopening {
        public static void main(String[] args) throws IOException {
            try (AppendOnlyFile file = AppendOnlyFile.reopen(Path.of(args[0]), 1024)) {
                System.out.println("reopened " + file.length());
                file.append(bytes("one more\n"));
                file.sync();
            }
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
