package io.jenkins.plugins.transparentdeploy.engine.release;

import io.jenkins.plugins.transparentdeploy.engine.host.Host;
import io.jenkins.plugins.transparentdeploy.engine.host.RemoteShell;
import io.jenkins.plugins.transparentdeploy.engine.host.ssh.SshHost;
import io.jenkins.plugins.transparentdeploy.engine.host.ssh.SshShell;
import io.jenkins.plugins.transparentdeploy.engine.service.HostDefinition;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/** Machines that are reached by SSH, each over one connection that its instances share. */
final class SshMachines implements HostConnector {
    private final Map<HostDefinition, Machine> machines = new HashMap<>();

    @Override
    public synchronized Machine machine(HostDefinition definition) {
        return machines.computeIfAbsent(definition, this::reached);
    }

    private Machine reached(HostDefinition definition) {
        RemoteShell shell = new DeferredShell(definition.name(), () -> new SshShell(definition.ssh()));
        Host host = new DeferredHost(
                definition.name(), () -> SshHost.open(shell, definition.ssh().stateDirectory()));
        return new Machine(host, shell);
    }

    @Override
    public synchronized void close() throws IOException {
        IOException failure = null;
        for (Machine machine : machines.values()) {
            try {
                machine.shell().close();
            } catch (IOException e) {
                failure = e;
            }
        }
        machines.clear();
        if (failure != null) {
            throw failure;
        }
    }
}
