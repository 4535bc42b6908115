package io.jenkins.plugins.transparentdeploy.engine.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.transparentdeploy.engine.CorruptStateException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SealedJsonTest {
    private record Thing(String name, Map<String, Integer> counts) {}

    private static final Thing THING = new Thing("häßlich", Map.of("a", 1));

    @TempDir
    Path directory;

    @Test
    void comesBackAsItWasWritten() throws IOException {
        Path file = directory.resolve("thing.json");
        SealedJson.write(file, THING);

        assertThat(SealedJson.read(file, Thing.class)).contains(THING);
        assertThat(SealedJson.read(directory.resolve("none.json"), Thing.class)).isEmpty();
    }

    @Test
    void aFlippedByteIsFoundOrDoesNotMatter() throws IOException {
        Path file = directory.resolve("thing.json");
        SealedJson.write(file, THING);
        byte[] whole = Files.readAllBytes(file);
        int sealed = new String(whole, java.nio.charset.StandardCharsets.ISO_8859_1).indexOf(",\n  \"seal\"");
        for (int i = 0; i < whole.length; i++) {
            byte[] flipped = whole.clone();
            flipped[i] ^= 0x01;
            Files.write(file, flipped);
            if (i < sealed) {
                assertThatThrownBy(() -> SealedJson.read(file, Thing.class))
                        .as("byte %d", i)
                        .isInstanceOf(CorruptStateException.class)
                        .hasMessageContaining(file.toString());
            } else {
                assertThat(readOrNull(file)).as("byte %d", i).isIn(THING, null);
            }
        }
    }

    @Test
    void readsWhatWasWrittenBeforeThereWereSeals() throws IOException {
        Path file = directory.resolve("thing.json");
        Files.writeString(file, "{\n  \"name\" : \"häßlich\",\n  \"counts\" : {\n    \"a\" : 1\n  }\n}");

        assertThat(SealedJson.read(file, Thing.class)).contains(THING);
    }

    private static Thing readOrNull(Path file) throws IOException {
        try {
            return SealedJson.read(file, Thing.class).orElseThrow();
        } catch (CorruptStateException found) {
            return null;
        }
    }
}
