package io.jenkins.plugins.transparentdeploy.records;

import com.fasterxml.jackson.databind.JsonNode;
import hudson.Util;
import io.jenkins.plugins.transparentdeploy.agent.HostText;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;

/**
 * One thing that spoke for or against a release: a check of its smoke test, or a metric of its analysis.
 *
 * @param detail one sentence: what was found
 * @param sent what was asked; may be empty
 * @param received the beginning of the answer; may be empty
 * @param took how long it took, as text; may be empty
 */
public record Evidence(String name, boolean passed, String detail, String sent, String received, String took) {

    /** More than anybody reads. */
    private static final int MOST = 1_000;

    /** The first 1000. */
    static List<Evidence> of(JsonNode release) {
        List<Evidence> all = new ArrayList<>();
        for (JsonNode check : release.path("smokeTest").path("results")) {
            if (all.size() == MOST) {
                return all;
            }
            all.add(new Evidence(
                    HostText.of(check.path("name").asText(), HostText.NAME),
                    check.path("passed").asBoolean(),
                    HostText.of(check.path("detail").asText(), HostText.SENTENCE),
                    HostText.of(check.path("sent").asText(), HostText.SENTENCE),
                    HostText.of(check.path("received").asText(), HostText.SENTENCE),
                    took(check.path("took").asText())));
        }
        for (JsonNode metric : release.path("analysis").path("metrics")) {
            if (all.size() == MOST) {
                return all;
            }
            boolean good = !metric.path("vetoed").asBoolean()
                    && metric.path("enough").asBoolean()
                    && metric.path("score").asDouble() > 0;
            all.add(new Evidence(
                    HostText.of(metric.path("metric").asText(), HostText.NAME),
                    good,
                    HostText.of(metric.path("evidence").asText(), HostText.SENTENCE),
                    "",
                    "",
                    ""));
        }
        return all;
    }

    /** Empty for what is no duration: records come from hosts, and a page must not break on one. */
    private static String took(String iso) {
        try {
            return iso.isEmpty()
                    ? ""
                    : Util.getTimeSpanString(Duration.parse(iso).toMillis());
        } catch (DateTimeParseException | ArithmeticException e) {
            return "";
        }
    }
}
