package io.jenkins.plugins.transparentdeploy.engine.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ScrubberTest {
    @TempDir
    private Path directory;

    private Scrubber knowing(String text) throws IOException {
        Path file = directory.resolve("secrets");
        Files.writeString(file, text);
        return Scrubber.knowing(List.of(new EnvironmentFile(file)), new LocalFiles(directory));
    }

    @Test
    void valuesOfEnvironmentFilesAreTakenOutWhereverTheyStand() throws IOException {
        Scrubber scrubber = knowing("# none\nDB_PASSWORD=pw-1\nDATABASE_URL=\"postgres://db/shop\"\nPORT=8080\n");
        assertThat(scrubber.scrub("pw-1 at postgres://db/shop, port 8080")).isEqualTo("*** at ***, port 8080");
        assertThat(scrubber.scrub(List.of("login", "pw-1"))).containsExactly("login", "***");
    }

    @Test
    void theLongerOfTwoValuesGoesFirst() throws IOException {
        assertThat(knowing("A_TOKEN=abcd\nB_TOKEN=abcdefgh\n").scrub("abcdefgh"))
                .isEqualTo("***");
    }

    @Test
    void aFileThatIsMissingTeachesNothing() {
        assertThat(Scrubber.knowing(List.of(new EnvironmentFile(directory.resolve("none"))), new LocalFiles(directory))
                        .scrub("as it is"))
                .isEqualTo("as it is");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
            login --password=hunter22 now | login --password=*** now
            {"access_token":"abc.def","user":"eve"} | {"access_token":"***","user":"eve"}
            Authorization: Bearer abcdef123456 | Authorization: Bearer ***
            https://eve:pass@example.org/x | https://eve:***@example.org/x
            X-Api-Key: 12345 | X-Api-Key: ***
            """)
    void namesTellOnTheirValues(String text, String scrubbed) {
        Scrubber scrubber = Scrubber.named();
        assertThat(scrubber.scrub(text)).isEqualTo(scrubbed);
        assertThat(scrubber.scrub(scrubbed)).as("idempotent").isEqualTo(scrubbed);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "the token has expired", "answered 500 in 3 ms: http://127.0.0.1:8080/health"})
    void whatIsNoSecretStays(String text) {
        assertThat(Scrubber.named().scrub(text)).isEqualTo(text);
    }
}
