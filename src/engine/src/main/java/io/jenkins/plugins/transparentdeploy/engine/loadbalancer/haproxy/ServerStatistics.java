package io.jenkins.plugins.transparentdeploy.engine.loadbalancer.haproxy;

import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.BackendTraffic;
import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.LatencyHistogram;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;

/** What {@code show stat … typed} says of one server or backend: figures by their names. */
record ServerStatistics(Map<String, String> fields) {
    ServerStatistics {
        fields = Map.copyOf(fields);
    }

    /**
     * By the name of the server. A line is {@code S.<proxy>.<server>.<field>.<name of the field>.<process>:…:…:<value>}.
     */
    static Map<String, ServerStatistics> parse(String answer) {
        Map<String, Map<String, String>> byId = new LinkedHashMap<>();
        answer.lines().forEach(line -> {
            String[] parts = line.split(":", 4);
            String[] names = parts[0].split("\\.");
            if (parts.length == 4 && names.length == 6) {
                byId.computeIfAbsent(names[1] + "." + names[2], id -> new LinkedHashMap<>())
                        .put(names[4], parts[3]);
            }
        });
        Map<String, ServerStatistics> servers = new LinkedHashMap<>();
        byId.values().forEach(fields -> servers.put(fields.getOrDefault("svname", ""), new ServerStatistics(fields)));
        return servers;
    }

    /** 0 when it is not there. */
    private long number(String field) {
        String value = fields.getOrDefault(field, "0");
        return value.isEmpty() ? 0 : Long.parseLong(value);
    }

    /** Requests that it is answering or that wait for it alone. */
    long inFlight() {
        return number("scur") + number("qcur");
    }

    /** How a backend divides its requests; "" for a server. */
    String algorithm() {
        return fields.getOrDefault("algo", "");
    }

    /**
     * Requests with their failures; no latencies, of which HAProxy has only an average over the last 1,024 requests. One
     * whose answer broke off after its status counts twice, once as answered and once as failed.
     */
    BackendTraffic traffic() {
        long answered = Stream.of("hrsp_2xx", "hrsp_3xx", "hrsp_4xx", "hrsp_5xx", "hrsp_other")
                .mapToLong(this::number)
                .sum();
        long broken = number("econ") + number("eresp");
        return new BackendTraffic(answered + broken, number("hrsp_5xx") + broken, LatencyHistogram.EMPTY);
    }
}
