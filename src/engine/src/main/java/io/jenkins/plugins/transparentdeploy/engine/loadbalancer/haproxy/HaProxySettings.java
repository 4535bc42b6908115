package io.jenkins.plugins.transparentdeploy.engine.loadbalancer.haproxy;

import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.Balancing;
import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.LoadBalancer;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which HAProxy, and what of it.
 *
 * @param socket the path of its socket, or {@code host:port}
 * @param backend the backend whose servers are the instances
 * @param servers the server of each instance that is not named alike
 * @param stateFile where the state of the servers is kept for HAProxy's next start; empty when it is not
 * @param balancing how HAProxy is expected to divide requests, which its configuration says; empty for no matter how
 * @param accessLog the file that its log is written to; empty when only its own counters are read
 */
public record HaProxySettings(
        String socket,
        String backend,
        Map<String, String> servers,
        Optional<Path> stateFile,
        Optional<Balancing> balancing,
        Optional<Path> accessLog) {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_.:-]+");
    private static final Pattern TCP = Pattern.compile("\\[?([^\\[\\]/]+)]?:(\\d{1,5})");

    /** @throws RefusedException when something in it cannot be */
    public HaProxySettings {
        servers = Map.copyOf(servers);
        address(socket);
        requireName("backend", backend);
        servers.values().forEach(server -> requireName("server", server));
        if (new HashSet<>(servers.values()).size() < servers.size()) {
            throw new RefusedException(
                    "Two instances have the same server of HAProxy's backend '" + backend + "'",
                    "Give each a server of its own");
        }
    }

    /** What could end a command and begin another has no place in a name. */
    private static void requireName(String what, String name) {
        if (!NAME.matcher(name).matches()) {
            throw new RefusedException(
                    "HAProxy has no " + what + " '" + name + "'",
                    "Its names are made of letters, digits, '-', '_', '.' and ':'");
        }
    }

    private static SocketAddress address(String socket) {
        if (socket.startsWith("/")) {
            return UnixDomainSocketAddress.of(socket);
        }
        Matcher tcp = TCP.matcher(socket);
        if (tcp.matches() && Integer.parseInt(tcp.group(2)) <= 65_535) {
            return new InetSocketAddress(tcp.group(1), Integer.parseInt(tcp.group(2)));
        }
        throw new RefusedException(
                "The socket '" + socket + "' of HAProxy is neither an absolute path nor host:port",
                "Give what 'stats socket' in its configuration says, such as /run/haproxy/admin.sock");
    }

    SocketAddress address() {
        return address(socket);
    }

    /** The server of an instance. */
    String server(String instance) {
        return servers.getOrDefault(instance, instance);
    }

    /** The instance of a server; the server's own name when it is nobody's. */
    String instance(String server) {
        return servers.entrySet().stream()
                .filter(entry -> entry.getValue().equals(server))
                .map(Map.Entry::getKey)
                .findFirst()
                .orElse(server);
    }

    /** What {@code balance} is to say in HAProxy's configuration. */
    public static String balance(Balancing balancing) {
        return switch (balancing) {
            case ROUND_ROBIN -> "roundrobin";
            case RANDOM -> "random(2)";
            case WEIGHTED -> "random(1)";
            case LEAST_CONNECTIONS -> "leastconn";
        };
    }

    /**
     * What belongs into HAProxy's configuration for these settings to hold.
     *
     * @param addresses {@code host:port} of each instance
     */
    public String renderConfiguration(Map<String, String> addresses) {
        return "global\n    stats socket " + socket + " mode 660 level admin\n"
                + accessLog.map(HaProxySettings::renderLog).orElse("") + render(addresses);
    }

    private static String renderLog(Path file) {
        return """
                    # rsyslog: if $programname == 'haproxy' then FILE
                    log /dev/log local0 info
                defaults
                    mode http
                    log global
                    log-format "FORMAT"
                """
                .replace("FILE", file.toString())
                .replace("FORMAT", HttpLogLine.FORMAT);
    }

    /**
     * A backend section for HAProxy's configuration in which these settings hold.
     *
     * @param addresses {@code host:port} of each instance
     */
    public String render(Map<String, String> addresses) {
        StringBuilder section = new StringBuilder("backend " + backend + "\n");
        section.append("    balance ")
                .append(balance(balancing.orElse(Balancing.ROUND_ROBIN)))
                .append('\n');
        stateFile.ifPresent(file -> section.append("    load-server-state-from-file local\n    server-state-file-name ")
                .append(file)
                .append('\n'));
        addresses.forEach((instance, address) -> section.append("    server ")
                .append(server(instance))
                .append(' ')
                .append(address)
                .append(" check weight ")
                .append(ServerState.weightFor(LoadBalancer.STANDARD_WEIGHT))
                .append('\n'));
        return section.toString();
    }
}
