package io.jenkins.plugins.transparentdeploy.records;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/**
 * One step of the report that a release may have in its record, from what was analysed to what is monitored.
 *
 * @param name of the step
 * @param texts what it came to, a sentence each
 */
public record ReportStep(String name, List<String> texts) {
    /** The steps in their order; empty for a release without a report. Takes a list of steps, or an object of them. */
    static List<ReportStep> of(JsonNode release) {
        JsonNode report = release.path("report");
        List<ReportStep> steps = new ArrayList<>();
        if (report.isObject() && !report.path("steps").isArray()) {
            report.properties().forEach(step -> steps.add(new ReportStep(step.getKey(), texts(step.getValue()))));
            return steps;
        }
        JsonNode list = report.isArray() ? report : report.path("steps");
        for (JsonNode step : list) {
            String name = step.path("step").asText(step.path("name").asText());
            List<String> texts = new ArrayList<>();
            step.properties().forEach(member -> {
                if (!member.getKey().equals("step") && !member.getKey().equals("name")) {
                    texts.addAll(texts(member.getValue()));
                }
            });
            steps.add(new ReportStep(name, texts));
        }
        return steps;
    }

    private static List<String> texts(JsonNode value) {
        List<String> texts = new ArrayList<>();
        if (value.isValueNode()) {
            if (!value.asText().isBlank() && !value.isNull()) {
                texts.add(value.asText());
            }
        } else if (value.isArray()) {
            value.forEach(item -> texts.addAll(texts(item)));
        } else {
            value.properties().forEach(member -> texts(member.getValue())
                    .forEach(text -> texts.add(member.getKey() + ": " + text)));
        }
        return texts;
    }
}
