package io.jenkins.plugins.transparentdeploy.engine.release;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.transparentdeploy.engine.Json;
import io.jenkins.plugins.transparentdeploy.engine.service.EnvironmentDefinition;
import io.jenkins.plugins.transparentdeploy.engine.service.EnvironmentReader;
import java.io.IOException;
import java.io.InputStream;
import org.junit.jupiter.api.Test;

/** What an earlier program wrote is read, and written again without loss. */
class OldRecordsTest {
    private static ReleaseRecord first() throws IOException {
        try (InputStream in = OldRecordsTest.class.getResourceAsStream("v1/release.json")) {
            return Json.MAPPER.readValue(in, ReleaseRecord.class);
        }
    }

    @Test
    void aRecordOfTheFirstFormHasWhatItHadAndNothingOfWhatCameLater() throws Exception {
        ReleaseRecord record = first();
        assertThat(record.version()).isEqualTo("1.0");
        assertThat(record.isGood()).isTrue();
        assertThat(record.smokeTest().orElseThrow().passed()).isTrue();
        assertThat(record.insistences()).isEmpty();
        assertThat(record.content()).isEmpty();
        assertThat(record.promotedFrom()).isEmpty();
        assertThat(Json.MAPPER.readValue(Json.MAPPER.writeValueAsBytes(record), ReleaseRecord.class))
                .isEqualTo(record);
    }

    @Test
    void itsServiceIsUnderstoodWithTheDefaultsOfNow() throws Exception {
        ReleaseRecord record = first();
        EnvironmentDefinition definition =
                EnvironmentReader.read(record.service(), record.environment(), record.resolvedServiceFile());
        assertThat(definition.freezeAfterRollback()).isTrue();
        assertThat(definition.hooks()).isEmpty();
        assertThat(definition.webhooks()).isEmpty();
    }
}
