package io.jenkins.plugins.transparentdeploy.engine.loadbalancer.embedded;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.BackendStatus;
import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.TrafficStatistics;
import java.util.List;

/** The line that answers a {@link ControlRequest}. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "answer")
@JsonSubTypes({
    @JsonSubTypes.Type(value = ControlResponse.Backends.class, name = "backends"),
    @JsonSubTypes.Type(value = ControlResponse.Done.class, name = "done"),
    @JsonSubTypes.Type(value = ControlResponse.Idle.class, name = "idle"),
    @JsonSubTypes.Type(value = ControlResponse.Statistics.class, name = "statistics"),
    @JsonSubTypes.Type(value = ControlResponse.Refused.class, name = "refused"),
    @JsonSubTypes.Type(value = ControlResponse.Failed.class, name = "failed")
})
sealed interface ControlResponse {
    record Backends(List<BackendStatus> backends) implements ControlResponse {}

    record Done() implements ControlResponse {}

    record Idle(boolean idle) implements ControlResponse {}

    record Statistics(TrafficStatistics statistics) implements ControlResponse {}

    /** Nothing was changed, and asking again is of no use. */
    record Refused(String problem, String cure) implements ControlResponse {}

    /** Nothing was changed. */
    record Failed(String reason) implements ControlResponse {}
}
