package io.jenkins.plugins.transparentdeploy.records;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ArrayNode;
import io.jenkins.plugins.transparentdeploy.agent.RunRequest;
import io.jenkins.plugins.transparentdeploy.agent.UntrueAnswerException;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import org.junit.jupiter.api.Test;

/** A host that lies: what it says must not become another service's history, a file elsewhere, or a page without end. */
class HostileRecordsTest {
    private static final RunRequest ASKED =
            new RunRequest("deploy", "", null).with("service", "shop").with("environment", "production");

    @Test
    void aHostAnswersOnlyForTheServiceThatItWasAskedAbout() {
        assertThatCode(() -> requireAsked(new GeneratedRelease("shop", "production", 1)))
                .doesNotThrowAnyException();
        assertThatThrownBy(() -> requireAsked(new GeneratedRelease("bank", "production", 1)))
                .isInstanceOf(UntrueAnswerException.class)
                .hasMessageContaining("shop/production")
                .hasMessageContaining("bank/production");
        assertThatThrownBy(() -> requireAsked(new GeneratedRelease("shop", "../../x", 1)))
                .isInstanceOf(UntrueAnswerException.class);
    }

    @Test
    void anIdThatIsNoneOrFromTheFutureIsNotKept() {
        String inAWeek = DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmssSSS'Z'")
                .withZone(ZoneOffset.UTC)
                .format(Instant.now().plusSeconds(7 * 24 * 3600));
        for (String id : new String[] {
            "../../../users/admin/config", "20260101T000000000Z-0000000g", "", inAWeek + "-00000000", "x".repeat(10_000)
        }) {
            assertThatThrownBy(() -> requireAsked(new GeneratedRelease("shop", "production", 1).with("id", id)))
                    .as(id)
                    .isInstanceOf(UntrueAnswerException.class)
                    .hasMessageContaining("clock");
        }
    }

    @Test
    void aRecordWithoutSenseIsSummedUpAllTheSame() {
        GeneratedRelease odd = new GeneratedRelease("shop", "production", 1);
        odd.release().putArray("states").add("not an object").addObject().put("at", "yesterday");
        odd.release().put("smokeTest", "none").put("delta", -1).put("incident", 7);
        odd.release()
                .putObject("analysis")
                .put("score", "NaN")
                .putArray("metrics")
                .add(3);
        HistoryEntry entry = entry(odd);
        assertThat(entry.summary().getStartedAt()).isEqualTo(Instant.EPOCH);
        assertThat(entry.getStates()).hasSize(2);
        assertThat(entry.getScorePercent()).isNull();
        assertThat(entry.getReport()).isEmpty();
    }

    @Test
    void samplesWithoutEndBecomeAChartOfAllTheTime() throws Exception {
        StringBuilder lines = new StringBuilder("this is no sample\n{\"at\": 7}\n");
        Instant first = Instant.parse("2026-01-01T00:00:00Z");
        int count = 50_000;
        for (int number = 0; number < count; number++) {
            lines.append("{\"at\":\"")
                    .append(first.plusSeconds(number))
                    .append("\",\"metric\":\"errors\",\"value\":")
                    .append(number % 7)
                    .append(",\"score\":1,\"text\":\"<b>")
                    .append(number)
                    .append("</b>\"}\n");
            lines.append("{\"at\":\"")
                    .append(first)
                    .append("\",\"metric\":\"m")
                    .append(number)
                    .append("\"}\n");
        }
        ArrayNode charts = Samples.read(stream(lines)).toJson();
        assertThat(charts).hasSize(20);
        ArrayNode points = (ArrayNode) charts.get(0).path("points");
        assertThat(points.size()).isBetween(300, 601);
        assertThat(points.get(0).get(0).asLong()).isEqualTo(first.toEpochMilli());
        assertThat(points.get(points.size() - 1).get(0).asLong())
                .as("to the end")
                .isGreaterThan(first.plusSeconds(count * 9 / 10).toEpochMilli());
    }

    @Test
    void aJournalWithoutEndBecomesAPageThatSaysHowMuchItLeavesOut() throws Exception {
        StringBuilder lines = new StringBuilder("torn {\n");
        for (int number = 0; number < 5_000; number++) {
            lines.append("{\"kind\":\"intent\",\"seq\":")
                    .append(number)
                    .append(
                            ",\"at\":\"2026-01-01T00:00:00Z\",\"operation\":{\"type\":\"create\",\"instance\":\"a\",\"after\":{\"path\":\"f")
                    .append(number)
                    .append("\"}}}\n");
        }
        lines.append("{\"kind\":\"intent\",\"seq\":7000,\"at\":\"2026-01-01T00:00:00Z\",\"operation\":")
                .append("{\"type\":\"shift-traffic\",\"instance\":\"a\",\"weightBefore\":1,\"weightAfter\":0}}\n")
                .append("{\"kind\":\"done\",\"intent\":7000,\"at\":\"2026-01-01T00:00:02Z\"}\n");
        Operations operations = Operations.read(null, null, stream(lines));
        assertThat(operations.getFiles()).hasSize(500);
        assertThat(operations.getUnshown()).isEqualTo(4_501);
        assertThat(operations.getOperations()).singleElement().satisfies(operation -> {
            assertThat(operation.what()).isEqualTo("1 → 0");
            assertThat(operation.took()).isNotEmpty();
        });
    }

    @Test
    void aLineWithoutEndIsLeftOut() throws Exception {
        StringBuilder lines = new StringBuilder(
                        "{\"kind\":\"intent\",\"seq\":1,\"at\":\"2026-01-01T00:00:00Z\",\"x\":\"")
                .append("y".repeat(3_000_000))
                .append("\",\"operation\":{\"type\":\"command\",\"name\":\"endless\"}}\n")
                .append("{\"kind\":\"intent\",\"seq\":2,\"at\":\"2026-01-01T00:00:00Z\",\"operation\":")
                .append("{\"type\":\"command\",\"name\":\"last\"}}");
        Operations operations = Operations.read(null, null, stream(lines));
        assertThat(operations.getOperations())
                .extracting(Operations.Operation::what)
                .containsExactly("last");
        assertThat(operations.getUnshown()).isEqualTo(1);
    }

    @Test
    void textsOfARecordAreAsLongAsPeopleReadAndHoldNothingThatXmlCannot() {
        GeneratedRelease odd = new GeneratedRelease("shop", "production", 1)
                .with("version", "1\u0000" + "x".repeat(1_000_000))
                .with("reason", "a\nb\u001b" + "y".repeat(1_000_000));
        for (int check = 0; check < 5_000; check++) {
            odd.release().withArray("/smokeTest/results").addObject().put("name", "z".repeat(1_000));
            odd.release().withArray("/states").addObject().put("state", "DEPLOYING");
            odd.release().withArray("/report/entries").addObject().put("step", "s");
        }
        HistoryEntry entry = entry(odd);
        assertThat(entry.getVersion()).startsWith("1\ufffdxxx").hasSizeLessThan(300);
        assertThat(entry.getReason()).startsWith("a\nb\ufffdyyy").hasSizeLessThan(5_000);
        assertThat(entry.getEvidence())
                .hasSize(1_000)
                .allMatch(evidence -> evidence.name().length() < 300);
        assertThat(entry.getStates()).hasSize(200);
        assertThat(entry.getReport()).hasSize(500);
        assertThat(entry.getState()).isEqualTo("DEPLOYING");
    }

    private static void requireAsked(GeneratedRelease answer) throws UntrueAnswerException {
        new AnswerCheck(ASKED, entry(answer)).requireAsked();
    }

    private static HistoryEntry entry(GeneratedRelease release) {
        return new HistoryEntry(release.toJson());
    }

    private static InputStream stream(StringBuilder lines) {
        return new ByteArrayInputStream(lines.toString().getBytes(StandardCharsets.UTF_8));
    }
}
