package io.jenkins.plugins.transparentdeploy.engine.check;

import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import java.time.Duration;

/**
 * Passes when a TCP connection is accepted. It says that something listens, not that it works.
 *
 * @param host name or address
 * @param port 1 to 65535
 */
public record TcpCheck(String name, String host, int port, Duration timeout) implements Check {
    /** @throws RefusedException when the address is none */
    public TcpCheck {
        Check.validate(name, timeout);
        if (host.isBlank() || port < 1 || port > 65_535) {
            throw new RefusedException(
                    "The check '" + name + "' has no usable address: '" + host + ":" + port + "'",
                    "Give a host name and a port from 1 to 65535");
        }
    }

    @Override
    public String kind() {
        return "tcp";
    }
}
