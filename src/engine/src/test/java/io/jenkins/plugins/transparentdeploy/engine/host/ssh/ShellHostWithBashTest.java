package io.jenkins.plugins.transparentdeploy.engine.host.ssh;

import io.jenkins.plugins.transparentdeploy.engine.host.Host;
import io.jenkins.plugins.transparentdeploy.engine.host.HostContract;
import io.jenkins.plugins.transparentdeploy.engine.host.LocalShell;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** What every host does, by the scripts alone where bash is {@code /bin/sh}, and no network. */
class ShellHostWithBashTest extends HostContract {
    private Host host;

    @Override
    protected synchronized Host host() throws IOException {
        if (host == null) {
            try {
                host = SshHost.open(
                        new LocalShell("bash", List.of("env", "POSIXLY_CORRECT=1"), "/bin/bash"),
                        Optional.of(directory.resolve("state")));
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
        }
        return host;
    }
}
