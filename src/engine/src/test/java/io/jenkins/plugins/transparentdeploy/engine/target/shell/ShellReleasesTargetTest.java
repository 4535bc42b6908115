package io.jenkins.plugins.transparentdeploy.engine.target.shell;

import io.jenkins.plugins.transparentdeploy.engine.host.LocalShell;
import io.jenkins.plugins.transparentdeploy.engine.host.RemoteShell;

class ShellReleasesTargetTest extends ShellTargetContract {
    private final RemoteShell shell = new LocalShell();

    @Override
    RemoteShell shell() {
        return shell;
    }
}
