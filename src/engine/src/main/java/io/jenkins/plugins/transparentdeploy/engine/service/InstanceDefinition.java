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
 * @param host the machine it lives on; empty for the one that deploys
 * @param drain how long requests in flight may take when it is taken out
 */
public record InstanceDefinition(
        String name,
        Optional<Integer> port,
        Optional<HostDefinition> host,
        TargetDefinition target,
        Optional<ProcessDefinition> process,
        Optional<ReadyDefinition> ready,
        Duration drain) {

    /** Where the load balancer reaches it, as {@code host:port}; empty when the service file gives no port. */
    public Optional<String> address() {
        String machine = host.map(HostDefinition::address).orElse("127.0.0.1");
        return port.map(number -> (machine.contains(":") ? "[" + machine + "]" : machine) + ":" + number);
    }

    /** What differs between instances, for whatever is asked of each. */
    Placeholders placeholders() {
        Map<String, String> values = new HashMap<>();
        values.put("instance", name);
        values.put("directory", target.live().toString());
        Placeholders.ofHost(values, host);
        port.ifPresent(number -> values.put("port", number.toString()));
        return new Placeholders(values);
    }
}
