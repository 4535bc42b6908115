package io.jenkins.plugins.transparentdeploy.engine.target.shell;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.jenkins.plugins.transparentdeploy.engine.host.LocalShell;
import io.jenkins.plugins.transparentdeploy.engine.host.RemoteShell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;

/** As a user who may do little. The test itself is root, to be able to become another. */
class UnprivilegedReleasesTargetTest extends ShellTargetContract {
    private static final int NOBODY = 65534;

    private final WatchedShell shell = new WatchedShell(
            new LocalShell("web1", List.of("setpriv", "--reuid=" + NOBODY, "--regid=" + NOBODY, "--clear-groups")));

    @BeforeAll
    static void requireRoot() {
        assumeTrue("root".equals(System.getProperty("user.name")), "only root can become another user");
    }

    @Override
    RemoteShell shell() {
        shell.disturb((number, exchange) -> {
            giveAll(Path.of(exchange.arguments().get(0)));
            return exchange.run();
        });
        return shell;
    }

    /** What the test put there is the user's, too. */
    private void giveAll(Path target) throws IOException {
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        if (!Files.isDirectory(target, LinkOption.NOFOLLOW_LINKS)
                || Files.getFileStore(target).isReadOnly()) {
            return;
        }
        try (var files = Files.walk(target)) {
            for (Path file : files.toList()) {
                Files.setAttribute(file, "unix:uid", NOBODY, LinkOption.NOFOLLOW_LINKS);
            }
        }
    }
}
