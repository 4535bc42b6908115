package io.jenkins.plugins.transparentdeploy.engine.strategy;

import java.util.List;
import java.util.Objects;

/**
 * A group of instances that serves together, while another one does not.
 *
 * @param instances names; at least one
 */
public record Slot(String name, List<String> instances) {
    public Slot {
        Objects.requireNonNull(name, "name");
        instances = List.copyOf(instances);
        if (instances.isEmpty()) {
            throw new IllegalArgumentException("The slot '" + name + "' has no instances");
        }
    }
}
