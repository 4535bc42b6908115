package io.jenkins.plugins.transparentdeploy.engine.service;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * A machine that instances live on, and how it is reached by SSH. Nothing in it is a secret: a key is only named.
 *
 * @param name what people call it
 * @param address a name or an IP address, also what <code>{address}</code> stands for
 * @param port of its SSH server
 * @param user who logs in; empty for the user that deploys
 * @param key where the private key is; empty for those of the agent and of the user that deploys
 * @param agent whether keys of an SSH agent are tried
 * @param knownHosts the file with the keys that hosts are known by; empty for the user's own
 * @param jump the machine that the connection goes through, as {@code user@host:port}
 * @param connectTimeout how long a connection may take
 * @param keepAlive how often a silent connection is asked whether it is still there
 * @param stateDirectory an absolute path on the host for this program's own files; empty for the login's home
 */
public record HostDefinition(
        String name,
        String address,
        int port,
        Optional<String> user,
        Optional<Key> key,
        boolean agent,
        Optional<Path> knownHosts,
        Optional<String> jump,
        Duration connectTimeout,
        Duration keepAlive,
        Optional<Path> stateDirectory) {

    /** Where a private key is. */
    public sealed interface Key {
        /** In a file on the machine that deploys. @param path absolute */
        record InFile(Path path) implements Key {}

        /** In a variable of the process that deploys. */
        record InVariable(String name) implements Key {}
    }
}
