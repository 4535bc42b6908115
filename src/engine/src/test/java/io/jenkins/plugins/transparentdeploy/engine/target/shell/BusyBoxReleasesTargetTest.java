package io.jenkins.plugins.transparentdeploy.engine.target.shell;

import io.jenkins.plugins.transparentdeploy.engine.host.RemoteShell;
import java.io.IOException;
import java.time.temporal.ChronoUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

class BusyBoxReleasesTargetTest extends ShellTargetContract {
    private static BusyBox box;

    @BeforeAll
    static void start() throws IOException {
        box = new BusyBox();
    }

    @AfterAll
    static void stop() throws IOException {
        box.close();
    }

    @Override
    RemoteShell shell() {
        return box.shell();
    }

    @Override
    protected ChronoUnit exactness() {
        return ChronoUnit.SECONDS;
    }
}
