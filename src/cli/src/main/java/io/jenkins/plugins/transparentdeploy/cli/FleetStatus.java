package io.jenkins.plugins.transparentdeploy.cli;

import io.jenkins.plugins.transparentdeploy.engine.release.Convergence;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseRecord;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/** The hosts of a live release, as it was measured when it was last worked on; nothing is asked of them. */
final class FleetStatus {
    private static final String HOSTS = "hosts";

    private FleetStatus() {}

    /** Adds the hosts, each with what is wrong with it; nothing where all is on this machine. */
    static void put(ReleaseRecord live, Map<String, Object> row) {
        if (live.convergence().isEmpty()) {
            return;
        }
        Map<String, Object> hosts = new LinkedHashMap<>();
        for (Convergence.Entry entry : live.convergence().get().instances()) {
            hosts.put(entry.instance(), host(entry.host(), entry.reason().orElse("")));
        }
        new TreeMap<>(live.leftOut())
                .forEach((instance, left) -> hosts.put(instance, host(left.host(), left.reason())));
        row.put(HOSTS, hosts);
        row.put("measured", live.convergence().get().at().toString());
    }

    private static Map<String, String> host(String name, String wrong) {
        return Map.of("host", name, "wrong", wrong);
    }

    static void show(Map<String, Object> row, PrintWriter out) {
        if (!(row.get(HOSTS) instanceof Map<?, ?> hosts)) {
            return;
        }
        long well = hosts.values().stream()
                .filter(host -> ((Map<?, ?>) host).get("wrong").equals(""))
                .count();
        out.printf("%-30s %d of %d instances have it (%s)%n", "", well, hosts.size(), row.get("measured"));
        hosts.forEach((instance, host) -> {
            Object wrong = ((Map<?, ?>) host).get("wrong");
            if (!wrong.equals("")) {
                out.printf("%-30s ! %s on %s: %s%n", "", instance, ((Map<?, ?>) host).get("host"), wrong);
            }
        });
    }
}
