package io.jenkins.plugins.transparentdeploy.records;

import com.fasterxml.jackson.databind.JsonNode;
import io.jenkins.plugins.transparentdeploy.agent.HostText;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * One step of the report that a release may have in its record, from what was analysed to what is monitored.
 *
 * @param name of the step, in lower case
 * @param summary one sentence
 * @param details lines; may be empty
 */
public record ReportStep(String name, String summary, List<String> details) {
    /** Of steps, and of lines in each: more than anybody reads. */
    private static final int MOST = 500;

    /** The steps in their order; empty for a release without a report. */
    static List<ReportStep> of(JsonNode release) {
        List<ReportStep> steps = new ArrayList<>();
        for (JsonNode entry : release.path("report").path("entries")) {
            List<String> details = new ArrayList<>();
            for (JsonNode line : entry.path("details")) {
                if (details.size() < MOST) {
                    details.add(HostText.of(line.asText(), HostText.SENTENCE));
                }
            }
            if (steps.size() == MOST) {
                return steps;
            }
            steps.add(new ReportStep(
                    HostText.of(entry.path("step").asText(), HostText.NAME).toLowerCase(Locale.ROOT),
                    HostText.of(entry.path("summary").asText(), HostText.SENTENCE),
                    details));
        }
        return steps;
    }

    // For pages, which know no records.

    public String getName() {
        return name;
    }

    public String getSummary() {
        return summary;
    }

    public List<String> getDetails() {
        return details;
    }
}
