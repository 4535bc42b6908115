package io.jenkins.plugins.transparentdeploy.engine.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.jenkins.plugins.transparentdeploy.engine.CorruptStateException;
import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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

    private enum Colour {
        RED
    }

    private record Coloured(int schema, Colour colour) {}

    @Test
    void whatANewerVersionWroteIsNotTakenForDamagedNorForWhatItIsNot() throws IOException {
        Path file = directory.resolve("release.json");
        SealedJson.write(file, Map.of("schema", 2, "colour", "RED"));
        for (Class<?> type : List.of(Coloured.class, JsonNode.class)) {
            assertThatThrownBy(() -> SealedJson.read(file, type))
                    .isInstanceOf(RefusedException.class)
                    .hasMessageContaining(file + " was written by a newer version")
                    .hasMessageContaining("Use the version that wrote it, or a newer one");
        }

        SealedJson.write(file, Map.of("schema", 1, "colour", "BLUE"));
        assertThatThrownBy(() -> SealedJson.read(file, Coloured.class))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("was written by a newer version")
                .hasMessageContaining("BLUE");

        SealedJson.write(file, Map.of("schema", 1, "colour", "RED", "unknown", true));
        assertThat(SealedJson.read(file, Coloured.class)).contains(new Coloured(1, Colour.RED));
    }

    /** Whoever collects what is needed must not find that nothing is. */
    @ParameterizedTest
    @ValueSource(strings = {"", "null", "[]", "1"})
    void whatHoldsNoRecordIsDamaged(String text) throws IOException {
        Path file = directory.resolve("thing.json");
        Files.writeString(file, text);

        assertThatThrownBy(() -> SealedJson.read(file, JsonNode.class))
                .isInstanceOf(CorruptStateException.class)
                .hasMessageContaining(file.toString());
    }

    private static Thing readOrNull(Path file) throws IOException {
        try {
            return SealedJson.read(file, Thing.class).orElseThrow();
        } catch (CorruptStateException found) {
            return null;
        }
    }
}
