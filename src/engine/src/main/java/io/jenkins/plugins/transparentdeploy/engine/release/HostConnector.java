package io.jenkins.plugins.transparentdeploy.engine.release;

import io.jenkins.plugins.transparentdeploy.engine.host.Host;
import io.jenkins.plugins.transparentdeploy.engine.host.RemoteShell;
import io.jenkins.plugins.transparentdeploy.engine.service.HostDefinition;
import java.io.Closeable;
import java.io.IOException;

/** Reaches the machines of an environment. Safe for use by several threads; closed with the environment. */
public interface HostConnector extends Closeable {
    /**
     * A machine.
     *
     * @param host what runs there
     * @param shell what is asked of it, for whatever needs more than that
     */
    record Machine(Host host, RemoteShell shell) {}

    /**
     * A machine that is not connected to before something is asked of it, so that records can be looked at while it is
     * down. Of the same definition, the same.
     *
     * @throws io.jenkins.plugins.transparentdeploy.engine.RefusedException when it cannot be reached as it is described,
     *     as when its key is not there
     */
    Machine machine(HostDefinition definition) throws IOException;
}
