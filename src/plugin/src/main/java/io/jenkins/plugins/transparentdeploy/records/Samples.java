package io.jenkins.plugins.transparentdeploy.records;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.jenkins.plugins.transparentdeploy.agent.HostText;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The samples of an analysis, thinned out to what a chart can show. Their file comes from a host: lines that are no samples
 * are left out, and what is kept is bounded however long it is.
 */
final class Samples {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final int MOST_METRICS = 20;
    private static final int MOST_POINTS = 600;
    private static final int LONGEST_TEXT = 200;

    private final Map<String, List<Point>> byMetric = new LinkedHashMap<>();
    private final Map<String, Integer> strides = new LinkedHashMap<>();
    private final Map<String, Long> seen = new LinkedHashMap<>();

    /** {@code value} and {@code score} are NaN where nothing was seen. */
    private record Point(long at, double value, double score, String text) {}

    private Samples() {}

    /** @param lines JSON Lines, UTF-8; is read to its end, not closed */
    static Samples read(InputStream lines) throws IOException {
        Samples samples = new Samples();
        HostLines reader = new HostLines(lines);
        for (String line = reader.next(); line != null; line = reader.next()) {
            samples.add(line);
        }
        return samples;
    }

    private void add(String line) {
        JsonNode sample;
        try {
            sample = MAPPER.readTree(line);
        } catch (JsonProcessingException e) {
            return;
        }
        Optional<Instant> at = Moment.parse(sample.path("at").asText());
        String metric = cut(sample.path("metric").asText());
        boolean room = byMetric.containsKey(metric) || byMetric.size() < MOST_METRICS;
        if (at.isPresent() && !metric.isEmpty() && room) {
            add(
                    metric,
                    new Point(
                            at.get().toEpochMilli(),
                            sample.path("value").asDouble(Double.NaN),
                            sample.path("score").asDouble(Double.NaN),
                            cut(sample.path("text").asText())));
        }
    }

    /** Keeps every first, then every second, then every fourth point, so that the whole time is covered. */
    private void add(String metric, Point point) {
        List<Point> points = byMetric.computeIfAbsent(metric, name -> new ArrayList<>());
        long number = seen.merge(metric, 1L, Long::sum) - 1;
        int stride = strides.getOrDefault(metric, 1);
        if (number % stride != 0) {
            return;
        }
        points.add(point);
        if (points.size() > MOST_POINTS) {
            List<Point> half = new ArrayList<>();
            for (int index = 0; index < points.size(); index += 2) {
                half.add(points.get(index));
            }
            byMetric.put(metric, half);
            strides.put(metric, stride * 2);
        }
    }

    private static String cut(String text) {
        return HostText.of(text, LONGEST_TEXT);
    }

    /** For the chart: {@code [{"name": …, "points": [[millis, value, score, text], …]}, …]}, null for what was not seen. */
    ArrayNode toJson() {
        ArrayNode metrics = MAPPER.createArrayNode();
        byMetric.forEach((name, points) -> {
            ObjectNode metric = metrics.addObject().put("name", name);
            ArrayNode all = metric.putArray("points");
            for (Point point : points) {
                ArrayNode one = all.addArray().add(point.at());
                addNumber(one, point.value());
                addNumber(one, point.score());
                one.add(point.text());
            }
        });
        return metrics;
    }

    private static void addNumber(ArrayNode array, double number) {
        if (Double.isFinite(number)) {
            array.add(number);
        } else {
            array.addNull();
        }
    }
}
