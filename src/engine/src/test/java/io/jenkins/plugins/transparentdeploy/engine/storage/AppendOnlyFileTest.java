package io.jenkins.plugins.transparentdeploy.engine.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
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

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
