package io.jenkins.plugins.transparentdeploy.engine.loadbalancer.nginx;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import io.jenkins.plugins.transparentdeploy.engine.host.Command;
import io.jenkins.plugins.transparentdeploy.engine.host.LocalHost;
import io.jenkins.plugins.transparentdeploy.engine.loadbalancer.Balancing;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NginxCommandsTest {
    /** More than any system gives. */
    private static final long NOBODY = 1L << 40;

    @TempDir
    Path directory;

    private NginxCommands commands(Optional<Command> reload) throws Exception {
        return new NginxCommands(
                new NginxSettings(
                        directory.resolve("upstream.conf"),
                        "shop",
                        Map.of("a", "127.0.0.1:8081"),
                        Balancing.ROUND_ROBIN,
                        List.of(),
                        NginxSettings.STANDARD_TEST,
                        reload,
                        directory.resolve("nginx.pid"),
                        Optional.empty()),
                LocalHost.open(directory));
    }

    @Test
    void whoMayNotSignalTheMasterIsToldWhichKeyNamesACommand() {
        assertThatThrownBy(() -> commands(Optional.empty()).reload(NOBODY))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("could not be told to reload")
                .hasMessageContaining("'reloadCommand', such as [sudo, systemctl, reload, nginx]");
    }

    @Test
    void aReloadCommandThatFailsIsNamed() {
        assertThatThrownBy(() -> commands(Optional.of(Command.of("false"))).reload(NOBODY))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("See that 'false' works for this user");
    }
}
