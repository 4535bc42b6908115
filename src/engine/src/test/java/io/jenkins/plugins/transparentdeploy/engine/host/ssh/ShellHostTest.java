package io.jenkins.plugins.transparentdeploy.engine.host.ssh;

import io.jenkins.plugins.transparentdeploy.engine.host.Host;
import io.jenkins.plugins.transparentdeploy.engine.host.HostContract;
import io.jenkins.plugins.transparentdeploy.engine.host.LocalShell;
import java.io.IOException;
import java.util.Optional;

/** What every host does, by the scripts alone: the shell of this machine, and no network. */
class ShellHostTest extends HostContract {
    private Host host;

    @Override
    protected synchronized Host host() throws IOException {
        if (host == null) {
            try {
                host = SshHost.open(new LocalShell(), Optional.of(directory.resolve("state")));
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
        }
        return host;
    }
}
