package io.jenkins.plugins.transparentdeploy.engine.target.shell;

import io.jenkins.plugins.transparentdeploy.engine.host.RemoteShell;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.temporal.ChronoUnit;
import org.junit.jupiter.api.io.TempDir;

class BusyBoxReleasesTargetTest extends ShellTargetContract {
    @TempDir
    private Path machine;

    private RemoteShell shell;

    @Override
    RemoteShell shell() {
        try {
            shell = shell == null ? BusyBox.in(machine) : shell;
            return shell;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    protected ChronoUnit exactness() {
        return ChronoUnit.SECONDS;
    }
}
