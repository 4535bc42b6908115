package io.jenkins.plugins.transparentdeploy.engine.loadbalancer.embedded;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.time.Duration;
import java.util.Map;

/** One line to the control socket. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "command")
@JsonSubTypes({
    @JsonSubTypes.Type(value = ControlRequest.Backends.class, name = "backends"),
    @JsonSubTypes.Type(value = ControlRequest.SetWeight.class, name = "set-weight"),
    @JsonSubTypes.Type(value = ControlRequest.SetWeights.class, name = "set-weights"),
    @JsonSubTypes.Type(value = ControlRequest.AwaitIdle.class, name = "await-idle"),
    @JsonSubTypes.Type(value = ControlRequest.Statistics.class, name = "statistics")
})
sealed interface ControlRequest {
    record Backends() implements ControlRequest {}

    /** What clients said before there was {@link SetWeights}; one backend is still asked for in this way. */
    record SetWeight(String backend, int weight) implements ControlRequest {}

    record SetWeights(Map<String, Integer> weights) implements ControlRequest {
        public SetWeights {
            weights = Map.copyOf(weights);
        }
    }

    record AwaitIdle(String backend, Duration timeout) implements ControlRequest {}

    record Statistics() implements ControlRequest {}
}
