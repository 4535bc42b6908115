package io.jenkins.plugins.transparentdeploy.engine.service;

import io.jenkins.plugins.transparentdeploy.engine.host.ssh.SshSettings;

/**
 * A machine that instances live on.
 *
 * @param ssh how it is reached; holds no secret
 */
public record HostDefinition(SshSettings ssh) {
    /** What people call it. */
    public String name() {
        return ssh.name();
    }

    /** A name or an IP address, also what <code>{address}</code> stands for. */
    public String address() {
        return ssh.address().host();
    }
}
