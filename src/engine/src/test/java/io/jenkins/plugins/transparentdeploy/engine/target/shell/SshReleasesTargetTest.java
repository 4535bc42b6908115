package io.jenkins.plugins.transparentdeploy.engine.target.shell;

import io.jenkins.plugins.transparentdeploy.engine.SecretReference;
import io.jenkins.plugins.transparentdeploy.engine.host.RemoteShell;
import io.jenkins.plugins.transparentdeploy.engine.host.ssh.OpenSshServer;
import io.jenkins.plugins.transparentdeploy.engine.host.ssh.SshAddress;
import io.jenkins.plugins.transparentdeploy.engine.host.ssh.SshSettings;
import io.jenkins.plugins.transparentdeploy.engine.host.ssh.SshShell;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** Behind a real OpenSSH server. */
class SshReleasesTargetTest extends ShellTargetContract {
    @TempDir
    private static Path keys;

    private static OpenSshServer server;
    private static SshShell shell;

    @BeforeAll
    static void connect() throws Exception {
        server = OpenSshServer.start(keys);
        shell = new SshShell(SshSettings.of(
                        "web-1",
                        new SshAddress(server.user(), "127.0.0.1", server.port()),
                        new SecretReference.Stored(server.userKey()))
                .knownIn(server.knownHosts()));
    }

    @AfterAll
    static void disconnect() throws Exception {
        shell.close();
        server.close();
    }

    @Override
    RemoteShell shell() {
        return shell;
    }
}
