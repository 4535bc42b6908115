package io.jenkins.plugins.transparentdeploy.records;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/**
 * What became of the tasks of a playbook on one host, as Ansible counts them.
 *
 * @param playbook its name
 * @param version what it was to bring; empty for nothing
 * @param back whether it was to bring that back
 * @param host its name in the inventory
 * @param ok tasks that went well, those that changed something included
 * @param unreachable tasks for which it could not be reached
 */
public record HostRecap(
        String playbook, String version, boolean back, String host, int ok, int changed, int failed, int unreachable) {
    private static final int MOST = 1_000;

    /** Of all playbooks that were run for a release, in their order; the first 1000. */
    static List<HostRecap> of(JsonNode release) {
        List<HostRecap> recaps = new ArrayList<>();
        for (JsonNode run : release.path("playbookRuns")) {
            for (JsonNode host : run.path("hosts")) {
                if (recaps.size() < MOST) {
                    recaps.add(of(run, host));
                }
            }
        }
        return recaps;
    }

    private static HostRecap of(JsonNode run, JsonNode host) {
        return new HostRecap(
                HostState.name(run.path("playbook").asText()),
                HostState.name(run.path("version").asText()),
                run.path("back").asBoolean(),
                HostState.name(host.path("host").asText()),
                host.path("ok").asInt(),
                host.path("changed").asInt(),
                host.path("failed").asInt(),
                host.path("unreachable").asInt());
    }

    /** Whether the host is not as the playbook would have it. */
    public boolean isBad() {
        return failed > 0 || unreachable > 0;
    }
}
