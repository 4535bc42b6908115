package io.jenkins.plugins.transparentdeploy.records;

import com.fasterxml.jackson.databind.JsonNode;
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
    /** The steps in their order; empty for a release without a report. */
    static List<ReportStep> of(JsonNode release) {
        List<ReportStep> steps = new ArrayList<>();
        for (JsonNode entry : release.path("report").path("entries")) {
            List<String> details = new ArrayList<>();
            entry.path("details").forEach(line -> details.add(line.asText()));
            steps.add(new ReportStep(
                    entry.path("step").asText().toLowerCase(Locale.ROOT),
                    entry.path("summary").asText(),
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
