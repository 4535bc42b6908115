package io.jenkins.plugins.transparentdeploy.engine.loadbalancer.haproxy;

import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.LoadBalancer;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Optional;

/**
 * A line of {@code show servers state}.
 *
 * @param name the server's
 * @param address its IP address, or the path of its Unix-domain socket
 * @param port its port
 * @param admin HAProxy's {@code SRV_ADMF_*} flags
 * @param weight 0 to 256
 * @param configuredWeight the one that its configuration gives it
 * @param line all of it, as HAProxy reads it back
 */
record ServerState(String name, String address, int port, int admin, int weight, int configuredWeight, String line) {
    /** How many of our units make one of HAProxy's. */
    private static final int UNIT = 4;

    /** Forced or inherited maintenance or draining; 0x04 only tells that maintenance came from the configuration. */
    private static final int OUT = 0x01 | 0x02 | 0x08 | 0x10 | 0x20;

    private static final int FORCED_MAINTENANCE = 0x01;
    private static final int FORCED_DRAIN = 0x08;

    private static final int FIELDS = 19;
    private static final String VERSION = "1";
    private static final String COMMENT = "#";
    private static final String COLUMNS =
            "# be_id be_name srv_id srv_name srv_addr srv_op_state srv_admin_state srv_uweight"
                    + " srv_iweight srv_time_since_last_change srv_check_status srv_check_result srv_check_health srv_check_state"
                    + " srv_agent_state bk_f_forced_id srv_f_forced_id srv_fqdn srv_port srvrecord srv_use_ssl srv_check_port"
                    + " srv_check_addr srv_agent_addr srv_agent_port";

    /**
     * The servers of an answer to {@code show servers state}; empty when it says that there is no such backend.
     *
     * @throws IOException when it is of a version that is not known
     */
    static Optional<List<ServerState>> parse(String answer) throws IOException {
        List<String> lines = answer.lines().toList();
        if (lines.size() == 1 && lines.get(0).contains("backend")) {
            return Optional.empty();
        }
        if (lines.isEmpty() || !lines.get(0).equals(VERSION)) {
            throw new IOException("HAProxy tells the state of its servers in an unknown form: "
                    + lines.stream().findFirst().orElse("nothing"));
        }
        return Optional.of(lines.stream()
                .skip(1)
                .filter(line -> !line.isBlank() && !line.startsWith(COMMENT))
                .map(line -> line.split(" "))
                .filter(fields -> fields.length >= FIELDS)
                .map(ServerState::of)
                .toList());
    }

    private static ServerState of(String[] fields) {
        return new ServerState(
                fields[3],
                fields[4],
                Integer.parseInt(fields[18]),
                Integer.parseInt(fields[6]),
                Integer.parseInt(fields[7]),
                Integer.parseInt(fields[8]),
                String.join(" ", fields));
    }

    /** What {@code server-state-file-name} is to hold: the servers that HAProxy's configuration alone would make others. */
    static String file(List<ServerState> servers) {
        StringBuilder file = new StringBuilder(VERSION + "\n" + COLUMNS + "\n");
        servers.stream().filter(ServerState::differsFromConfiguration).forEach(server -> file.append(server.line())
                .append('\n'));
        return file.toString();
    }

    /** HAProxy's weight for one of ours that is more than 0. */
    static int weightFor(int share) {
        return Math.max(1, (share + UNIT / 2) / UNIT);
    }

    /** Whether it gets nothing new. */
    boolean isOut() {
        return (admin & OUT) != 0 || weight == 0;
    }

    /** Its weight in our units; 0 when it gets nothing. */
    int share() {
        return isOut() ? 0 : Math.min(LoadBalancer.MAX_WEIGHT, weight * UNIT);
    }

    /** Whether the share is what it has, as exactly as HAProxy can have it. */
    boolean has(int share) {
        return share == 0 ? isOut() : !isOut() && hasWeightFor(share);
    }

    /** Whether its weight is that of the share, whatever its state: also one between 250 and 256 is our most. */
    boolean hasWeightFor(int share) {
        return weight == weightFor(share) || share == Math.min(LoadBalancer.MAX_WEIGHT, weight * UNIT);
    }

    /** Whether a restart of HAProxy would make it another. */
    boolean differsFromConfiguration() {
        return admin != 0 || weight != configuredWeight;
    }

    /** What {@code set server … state} calls the state that somebody gave it. */
    String stateName() {
        if ((admin & FORCED_MAINTENANCE) != 0) {
            return "maint";
        }
        return (admin & FORCED_DRAIN) != 0 ? "drain" : "ready";
    }

    URI uri() {
        return address.startsWith("/")
                ? URI.create("unix:" + address)
                : URI.create("http://" + (address.contains(":") ? "[" + address + "]" : address) + ":" + port);
    }
}
