package io.jenkins.plugins.transparentdeploy.engine.release;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a release would change that nobody knows without trying, such as what a playbook would do on its hosts. Takes its time;
 * changes nothing.
 *
 * @param changes a line each for people, by instance; instances of which nothing was tried are left out
 */
public record Outlook(Map<String, List<String>> changes) {
    public Outlook {
        changes = Map.copyOf(changes);
    }

    /**
     * Tries what can be tried.
     *
     * @param version of the release that it would be
     */
    public static Outlook of(ManagedEnvironment environment, Plan plan, String version) throws IOException {
        Map<String, List<String>> changes = new LinkedHashMap<>();
        for (ManagedInstance instance : environment.instances()) {
            InstanceState state = plan.instances().get(instance.name());
            if (state != null) {
                List<String> lines = instance.target().outlook(instance.manifest(state), version).stream()
                        .map(environment::scrub)
                        .toList();
                if (!lines.isEmpty()) {
                    changes.put(instance.name(), lines);
                }
            }
        }
        return new Outlook(changes);
    }
}
