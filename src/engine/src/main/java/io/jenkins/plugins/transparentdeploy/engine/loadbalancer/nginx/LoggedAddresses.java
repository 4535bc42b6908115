package io.jenkins.plugins.transparentdeploy.engine.loadbalancer.nginx;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** How nginx logs its servers: by address, for it resolves names. */
final class LoggedAddresses {
    /** No name of an instance. */
    private static final String NOBODY = "nobody: no live upstreams";

    private LoggedAddresses() {}

    /**
     * The instance of each address, and {@link #NOBODY} for what nginx writes when it gave up on all of them.
     *
     * @param upstream its name, which is logged then
     * @param servers {@code host:port} of each instance
     */
    static Map<String, String> of(String upstream, Map<String, String> servers) {
        Map<String, String> names = new LinkedHashMap<>();
        names.put(upstream, NOBODY);
        servers.forEach((name, address) -> logged(address).forEach(logged -> names.put(logged, name)));
        return names;
    }

    private static List<String> logged(String address) {
        int colon = address.lastIndexOf(':');
        String host = address.substring(0, colon);
        if (host.startsWith("[")) {
            return List.of(address);
        }
        try {
            return Arrays.stream(InetAddress.getAllByName(host))
                    .map(ip -> ip instanceof Inet6Address ? "[" + ip.getHostAddress() + "]" : ip.getHostAddress())
                    .map(ip -> ip + address.substring(colon))
                    .toList();
        } catch (UnknownHostException e) {
            return List.of(address);
        }
    }
}
