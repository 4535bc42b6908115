package io.jenkins.plugins.transparentdeploy.engine.service;

import io.jenkins.plugins.transparentdeploy.engine.host.ssh.SshSettings;

/**
 * A machine that instances live on.
 *
 * @param ssh how it is reached; holds no secret
 * @param java whether this program is to run there, too
 */
public record HostDefinition(SshSettings ssh, JavaUse java) {
    /** Whether this program runs on a host, or its shell alone is asked. */
    public enum JavaUse {
        /** Where the target needs it, as a directory does that is changed in place. */
        AUTO,
        /** For every target. */
        ALWAYS,
        /** For none. */
        NEVER
    }

    /** What people call it. */
    public String name() {
        return ssh.name();
    }

    /** A name or an IP address, also what <code>{address}</code> stands for. */
    public String address() {
        return ssh.address().host();
    }
}
