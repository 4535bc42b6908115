package io.jenkins.plugins.transparentdeploy.settings;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.AbortException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A machine as a line of a step names it: {@code web1}, {@code web1: 10.0.0.11} or {@code web1: shop@10.0.0.11:2222}. An
 * IPv6 address with a port stands in brackets.
 *
 * @param name as people call it
 * @param address null if the name is the address
 * @param port null for the one of all
 * @param user null for the one of all
 */
public record NamedHost(
        String name, @CheckForNull String address, @CheckForNull Integer port, @CheckForNull String user) {
    private static final Pattern PLACE = Pattern.compile("(?:(?<user>[^@\\s]+)@)?"
            + "(?:(?<six>[0-9A-Fa-f]*:[0-9A-Fa-f]*:[0-9A-Fa-f.:]*)"
            + "|(?:\\[(?<literal>[^]\\s]+)]|(?<host>[^@:\\[\\]\\s]+))(?::(?<port>\\d{1,5}))?)");

    /** @throws AbortException if it is written in another way */
    static NamedHost parse(String line) throws AbortException {
        String[] parts = line.strip().split(":\\s+", 2);
        if (parts.length == 1) {
            return new NamedHost(parts[0], null, null, null);
        }
        Matcher place = PLACE.matcher(parts[1].strip());
        if (!place.matches()) {
            throw new AbortException(Messages.NamedHost_NoMachine(line));
        }
        String port = place.group("port");
        return new NamedHost(
                parts[0],
                List.of("six", "literal", "host").stream()
                        .map(place::group)
                        .filter(address -> address != null)
                        .findFirst()
                        .orElseThrow(),
                port == null ? null : Integer.valueOf(port),
                place.group("user"));
    }

    /**
     * In the form of a service file, by name and in their order.
     *
     * @throws AbortException if one is written in another way, or named twice
     */
    public static Map<String, Object> toServiceFile(List<String> lines) throws AbortException {
        Map<String, Object> byName = new LinkedHashMap<>();
        for (String line : lines) {
            NamedHost host = parse(line);
            Map<String, Object> said = new Properties()
                    .with("address", host.address())
                    .with("port", host.port())
                    .with("user", host.user())
                    .build();
            if (byName.put(host.name(), said) != null) {
                throw new AbortException(Messages.NamedHost_Twice(host.name()));
            }
        }
        return byName;
    }
}
