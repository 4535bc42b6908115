package io.jenkins.plugins.transparentdeploy.engine.host.ssh;

import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where an SSH server listens, and as whom one logs in there.
 *
 * @param user not blank
 * @param host a name or an IP address (an IPv6 one without brackets)
 * @param port 1 to 65535
 */
public record SshAddress(String user, String host, int port) {
    public static final int DEFAULT_PORT = 22;

    private static final Pattern WRITTEN =
            Pattern.compile("(?<user>[^@\\s]+)@(\\[(?<literal>[^]]+)]|(?<host>[^:\\s]+))(:(?<port>\\d{1,5}))?");
    private static final Pattern WORD = Pattern.compile("[^\\s\\p{Cntrl}@,\\[\\]-][^\\s\\p{Cntrl},\\[\\]]*");

    /** @throws RefusedException when one of them cannot be */
    public SshAddress {
        if (!WORD.matcher(user).matches()) {
            throw new RefusedException(
                    "The user '" + user + "' to log in as on " + host + " is no user name", "Give the name of a user");
        }
        if (!WORD.matcher(host).matches()) {
            throw new RefusedException(
                    "The address '" + host + "' of an SSH host is neither a name nor an IP address",
                    "Give the machine's name or address alone; user and port have keys of their own");
        }
        if (port < 1 || port > 65_535) {
            throw new RefusedException(
                    "The port " + port + " of the SSH host " + host + " does not exist",
                    "Give one between 1 and 65535; SSH's own is " + DEFAULT_PORT);
        }
    }

    /**
     * Reads {@code user@host} or {@code user@host:port}; an IPv6 address stands in brackets.
     *
     * @throws RefusedException when it is written in another way
     */
    public static SshAddress parse(String text) {
        Matcher matcher = WRITTEN.matcher(text);
        if (!matcher.matches()) {
            throw new RefusedException(
                    "'" + text + "' is no address of an SSH host", "Write user@host or user@host:port");
        }
        String host = matcher.group("literal") == null ? matcher.group("host") : matcher.group("literal");
        int port = matcher.group("port") == null ? DEFAULT_PORT : Integer.parseInt(matcher.group("port"));
        return new SshAddress(matcher.group("user"), host, port);
    }

    /** The host and its port, as a file of known hosts names them. */
    String knownAs() {
        return port == DEFAULT_PORT ? host : "[" + host + "]:" + port;
    }

    @Override
    public String toString() {
        String named = host.indexOf(':') >= 0 ? "[" + host + "]" : host;
        return user + "@" + named + (port == DEFAULT_PORT ? "" : ":" + port);
    }
}
