package io.jenkins.plugins.transparentdeploy.engine.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.transparentdeploy.engine.CorruptStateException;
import io.jenkins.plugins.transparentdeploy.engine.Json;
import io.jenkins.plugins.transparentdeploy.engine.storage.BitFlips;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HostIdTest {
    @TempDir
    Path directory;

    @Test
    void allThatMakeOneAtTheSameTimeGetTheSame() throws Exception {
        Path state = directory.resolve("a/b");
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            List<Future<HostId>> ids =
                    threads.invokeAll(Collections.nCopies(8, (Callable<HostId>) () -> HostId.load(state)));
            HostId first = ids.get(0).get();
            for (Future<HostId> id : ids) {
                assertThat(id.get()).isEqualTo(first);
            }
            assertThat(HostId.load(state)).isEqualTo(first);
        } finally {
            threads.shutdownNow();
        }
        try (var files = Files.list(state)) {
            assertThat(files).hasSize(1);
        }
    }

    @Test
    void aDamagedOneIsNotReplaced() throws Exception {
        HostId.load(directory);
        Path file = directory.resolve("host-id");
        Files.writeString(file, "");
        assertThatThrownBy(() -> HostId.load(directory))
                .isInstanceOf(CorruptStateException.class)
                .hasMessageContaining(file.toString());
        assertThat(file).isEmptyFile();
    }

    @Test
    void whateverItsBytesAreItIsSaidToBeDamaged() throws Exception {
        HostId id = HostId.load(directory);
        BitFlips.each(directory.resolve("host-id"), damage -> {
            try {
                assertThat(HostId.load(directory).value()).as(damage).hasSameSizeAs(id.value());
            } catch (CorruptStateException said) {
                assertThat(said).as(damage).hasMessageContaining("is not a UUID");
            }
        });
    }

    @Test
    void isATextInJson() throws Exception {
        HostId id = HostId.load(directory);
        String json = Json.MAPPER.writeValueAsString(id);
        assertThat(json).isEqualTo("\"" + id + "\"");
        assertThat(Json.MAPPER.readValue(json, HostId.class)).isEqualTo(id);
    }
}
