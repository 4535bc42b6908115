package io.jenkins.plugins.transparentdeploy.engine.target.ansible;

import java.util.List;

/**
 * A playbook that was run for a release.
 *
 * @param instance the instance that it was for
 * @param playbook its name
 * @param version the version that it was to bring; empty for nothing
 * @param back whether it was to bring that back
 * @param hosts what became of it on each host, sorted by name; empty if it did not come to that
 */
public record PlaybookRun(String instance, String playbook, String version, boolean back, List<HostRecap> hosts) {
    public PlaybookRun {
        hosts = hosts == null ? List.of() : List.copyOf(hosts);
    }
}
