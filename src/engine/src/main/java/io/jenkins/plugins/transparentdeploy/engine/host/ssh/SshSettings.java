package io.jenkins.plugins.transparentdeploy.engine.host.ssh;

import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import io.jenkins.plugins.transparentdeploy.engine.SecretReference;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * How a machine is reached by SSH. It holds no secret, only where one is.
 *
 * @param name what people call the machine
 * @param address where it listens, and as whom one logs in
 * @param key a private key without a passphrase: in a file of this machine, or in a variable of this process
 * @param agent whether the keys of the SSH agent, which {@code SSH_AUTH_SOCK} names, are offered too
 * @param knownHosts the file of the host keys that are trusted, in OpenSSH's format; absolute
 * @param jump a host that the connection goes through; its own key has to be known as well
 * @param connectTimeout how long the connection, and then logging in, may take, each; more than zero
 * @param keepAlive how often a quiet connection is asked for a sign of life; after three without one it is dead. Zero
 *     for never
 * @param compression whether what is sent is compressed; it pays on slow lines, and costs on others
 * @param stateDirectory where this program keeps its files there, absolute; when empty, {@code .transparent-deploy} in
 *     the user's home directory
 */
public record SshSettings(
        String name,
        SshAddress address,
        Optional<SecretReference> key,
        boolean agent,
        Path knownHosts,
        Optional<SshAddress> jump,
        Duration connectTimeout,
        Duration keepAlive,
        boolean compression,
        Optional<Path> stateDirectory) {
    public static final Duration DEFAULT_CONNECT_TIMEOUT = Duration.ofSeconds(10);
    public static final Duration DEFAULT_KEEP_ALIVE = Duration.ofSeconds(15);

    /** @throws RefusedException when one of them cannot be */
    public SshSettings {
        if (name.isBlank()) {
            throw new RefusedException("The SSH host " + address + " has no name", "Give it one that people know");
        }
        if (key.isEmpty() && !agent) {
            throw new RefusedException(
                    "Nothing says how to log in on " + name + " (" + address + ")",
                    "Name a private key, or say that the SSH agent is to be asked");
        }
        requireAbsolute(knownHosts, "file of known hosts", name);
        stateDirectory.ifPresent(path -> requireAbsolute(path, "state directory", name));
        if (connectTimeout.isNegative() || connectTimeout.isZero()) {
            throw new RefusedException(
                    "The connect timeout of " + name + " is " + connectTimeout, "Give one of at least a second");
        }
        if (keepAlive.isNegative()) {
            throw new RefusedException(
                    "The keep-alive interval of " + name + " is " + keepAlive, "Give an interval, or zero for none");
        }
    }

    private static void requireAbsolute(Path path, String what, String name) {
        if (!path.isAbsolute()) {
            throw new RefusedException(
                    "The " + what + " of " + name + ", " + path + ", is not absolute", "Give its whole path");
        }
    }

    /** OpenSSH's own file of the user who runs this program. */
    public static Path defaultKnownHosts() {
        return Path.of(System.getProperty("user.home"), ".ssh", "known_hosts").toAbsolutePath();
    }

    /** A machine with everything but its address and key as usual. */
    public static SshSettings of(String name, SshAddress address, SecretReference key) {
        return new SshSettings(
                name,
                address,
                Optional.of(key),
                false,
                defaultKnownHosts(),
                Optional.empty(),
                DEFAULT_CONNECT_TIMEOUT,
                DEFAULT_KEEP_ALIVE,
                false,
                Optional.empty());
    }

    /** The same machine, its key looked up in another file. */
    public SshSettings knownIn(Path file) {
        return new SshSettings(
                name, address, key, agent, file, jump, connectTimeout, keepAlive, compression, stateDirectory);
    }

    /** The same machine, with other times. */
    public SshSettings timed(Duration connectTimeout, Duration keepAlive) {
        return new SshSettings(
                name, address, key, agent, knownHosts, jump, connectTimeout, keepAlive, compression, stateDirectory);
    }

    /** The same machine, reached through another. */
    public SshSettings through(SshAddress jump) {
        return new SshSettings(
                name,
                address,
                key,
                agent,
                knownHosts,
                Optional.of(jump),
                connectTimeout,
                keepAlive,
                compression,
                stateDirectory);
    }

    /** The same machine, with this program's files elsewhere. */
    public SshSettings keepingStateIn(Path directory) {
        return new SshSettings(
                name,
                address,
                key,
                agent,
                knownHosts,
                jump,
                connectTimeout,
                keepAlive,
                compression,
                Optional.of(directory));
    }
}
