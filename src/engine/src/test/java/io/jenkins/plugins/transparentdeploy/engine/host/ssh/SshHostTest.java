package io.jenkins.plugins.transparentdeploy.engine.host.ssh;

import io.jenkins.plugins.transparentdeploy.engine.SecretReference;
import io.jenkins.plugins.transparentdeploy.engine.host.Host;
import io.jenkins.plugins.transparentdeploy.engine.host.HostContract;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** What every host does, behind a real OpenSSH server. */
class SshHostTest extends HostContract {
    @TempDir
    private static Path keys;

    private static OpenSshServer server;
    private static SshShell shell;

    private Host host;

    @BeforeAll
    static void connect() throws Exception {
        server = OpenSshServer.start(keys);
        shell = new SshShell(settings(server));
    }

    @AfterAll
    static void disconnect() throws Exception {
        shell.close();
        server.close();
    }

    static SshSettings settings(OpenSshServer server) throws IOException {
        return SshSettings.of(
                        "web-1",
                        new SshAddress(server.user(), "127.0.0.1", server.port()),
                        new SecretReference.Stored(server.userKey()))
                .knownIn(server.knownHosts())
                .timed(Duration.ofSeconds(10), Duration.ofSeconds(15));
    }

    @Override
    protected synchronized Host host() throws IOException {
        if (host == null) {
            try {
                host = SshHost.open(shell, Optional.of(directory.resolve("state")));
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
        }
        return host;
    }
}
