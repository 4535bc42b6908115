package io.jenkins.plugins.transparentdeploy.engine.loadbalancer.nginx;

import io.jenkins.plugins.transparentdeploy.engine.CorruptStateException;
import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.Balancing;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The upstream as the file has it.
 *
 * @param servers by the name of their instance, in order
 */
record Upstream(Map<String, Server> servers) {
    private static final Pattern SERVER = Pattern.compile(
            "\\s*server\\s+(?<address>\\S+?)(?:\\s+weight=(?<weight>\\d{1,9}))?(?<down>\\s+down)?;\\s*#\\s*(?<name>\\S+)\\s*");

    Upstream {
        servers = Collections.unmodifiableMap(new LinkedHashMap<>(servers));
    }

    /**
     * One of its servers.
     *
     * @param address {@code host:port}
     * @param weight 0 for one that is down
     */
    record Server(String address, int weight) {
        String render(String name) {
            return "server " + address + (weight == 0 ? " down" : " weight=" + weight) + "; # " + name;
        }
    }

    /**
     * Reads what {@link #render} wrote.
     *
     * @param origin what to call it in an error
     * @throws CorruptStateException when there is no server in it that has a name
     */
    static Upstream parse(String origin, String text) {
        Map<String, Server> servers = new LinkedHashMap<>();
        text.lines().forEach(line -> {
            Matcher server = SERVER.matcher(line);
            if (server.matches()) {
                int weight = Optional.ofNullable(server.group("weight"))
                        .map(Integer::parseInt)
                        .orElse(1);
                servers.put(
                        server.group("name"),
                        new Server(server.group("address"), server.group("down") == null ? weight : 0));
            }
        });
        if (servers.isEmpty()) {
            throw new CorruptStateException(
                    "There is no 'server …; # instance' in the upstream file " + origin,
                    "Write it anew with 'tdeploy load-balancer-config'");
        }
        return new Upstream(servers);
    }

    /**
     * With other weights. A server that is not in the change stays as it is, with the address it has: its instance may
     * not run yet, or still run elsewhere.
     *
     * @param addresses of the instances there are, in order; servers of others are dropped
     */
    Upstream with(Map<String, Integer> change, Map<String, String> addresses) {
        Map<String, Server> changed = new LinkedHashMap<>();
        addresses.forEach((name, address) -> {
            if (change.containsKey(name)) {
                changed.put(name, new Server(address, change.get(name)));
            } else if (servers.containsKey(name)) {
                changed.put(name, servers.get(name));
            }
        });
        return new Upstream(changed);
    }

    /** As nginx reads it. */
    String render(String upstream, Balancing balancing, List<String> directives) {
        StringBuilder file = new StringBuilder(
                "# Transparent Deploy writes this file: what is changed here by hand is lost.\nupstream " + upstream
                        + " {\n");
        method(balancing).ifPresent(method -> line(file, method + ";"));
        servers.forEach((name, server) -> line(file, server.render(name)));
        // After the method, for that is where nginx wants keepalive.
        directives.forEach(directive -> line(file, directive + ";"));
        return file.append("}\n").toString();
    }

    private static void line(StringBuilder file, String line) {
        file.append("    ").append(line).append('\n');
    }

    /** Empty for what nginx does by itself: smooth weighted round-robin. */
    private static Optional<String> method(Balancing balancing) {
        return switch (balancing) {
            case ROUND_ROBIN -> Optional.empty();
            case RANDOM -> Optional.of("random two least_conn");
            case WEIGHTED -> Optional.of("random");
            case LEAST_CONNECTIONS -> Optional.of("least_conn");
        };
    }
}
