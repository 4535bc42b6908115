package io.jenkins.plugins.transparentdeploy.engine.service;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * One running copy of a service.
 *
 * @param name unique in its environment; also its name at the load balancer
 * @param port what <code>{port}</code> stands for; empty when the service file gives none
 * @param drain how long requests in flight may take when it is taken out
 */
public record InstanceDefinition(
        String name,
        Optional<Integer> port,
        TargetDefinition target,
        Optional<ProcessDefinition> process,
        Optional<ReadyDefinition> ready,
        Duration drain) {

    /** What differs between instances, for whatever is asked of each. */
    Placeholders placeholders() {
        Map<String, String> values = new HashMap<>();
        values.put("instance", name);
        values.put("directory", target.live().toString());
        port.ifPresent(number -> values.put("port", number.toString()));
        return new Placeholders(values);
    }
}
