package io.jenkins.plugins.transparentdeploy.engine.loadbalancer.embedded;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.jenkins.plugins.transparentdeploy.engine.CorruptStateException;
import io.jenkins.plugins.transparentdeploy.engine.Json;
import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.LoadBalancer;
import io.jenkins.plugins.transparentdeploy.engine.storage.DurableFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** The one place that knows how weights are kept: {@code {"weights": {"a": 100, "b": 0}}}. */
final class WeightFile {
    private final Path file;

    WeightFile(Path file) {
        this.file = file.toAbsolutePath();
    }

    private record Content(Map<String, Integer> weights) {}

    /** What was written last; empty when nothing was. */
    Map<String, Integer> read() throws IOException {
        if (!Files.exists(file)) {
            return Map.of();
        }
        try {
            Content content = Json.MAPPER.readValue(Files.readAllBytes(file), Content.class);
            if (content.weights() != null
                    && content.weights().values().stream()
                            .allMatch(weight -> weight != null && weight >= 0 && weight <= LoadBalancer.MAX_WEIGHT)) {
                return Map.copyOf(content.weights());
            }
        } catch (JsonProcessingException e) {
            throw corrupt(": " + e.getOriginalMessage());
        }
        throw corrupt("");
    }

    private CorruptStateException corrupt(String reason) {
        return new CorruptStateException(
                "The state file " + file + " of the load balancer holds no weights" + reason,
                "Delete it; every backend then starts with its configured weight");
    }

    /** All of it or nothing, also after a loss of power. */
    void write(Map<String, Integer> weights) throws IOException {
        DurableFiles.write(file, Json.MAPPER.writeValueAsBytes(new Content(weights)));
    }
}
