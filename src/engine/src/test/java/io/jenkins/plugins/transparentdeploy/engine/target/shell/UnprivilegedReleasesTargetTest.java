package io.jenkins.plugins.transparentdeploy.engine.target.shell;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.jenkins.plugins.transparentdeploy.engine.host.LocalShell;
import io.jenkins.plugins.transparentdeploy.engine.host.RemoteShell;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.ManagedPaths;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.SnapshotStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;

/** As a user who may do little. The test itself is root, to be able to become another. */
class UnprivilegedReleasesTargetTest extends ShellTargetContract {
    private static final int NOBODY = 65534;

    private final RemoteShell shell =
            new LocalShell("web1", List.of("setpriv", "--reuid=" + NOBODY, "--regid=" + NOBODY, "--clear-groups"));

    @BeforeAll
    static void requireRoot() {
        assumeTrue("root".equals(System.getProperty("user.name")), "only root can become another user");
    }

    @Override
    RemoteShell shell() {
        return shell;
    }

    @Override
    ShellReleasesTarget open(Path root, ManagedPaths managed, SnapshotStore store, int keep, Ownership ownership) {
        try {
            Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
            if (Files.isDirectory(root, LinkOption.NOFOLLOW_LINKS)
                    && !Files.getFileStore(root).isReadOnly()) {
                giveAll(root);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return super.open(root, managed, store, keep, ownership);
    }

    /** What a test put there before is the user's, too. */
    private static void giveAll(Path root) throws IOException {
        try (var files = Files.walk(root)) {
            for (Path file : files.toList()) {
                Files.setAttribute(file, "unix:uid", NOBODY, LinkOption.NOFOLLOW_LINKS);
            }
        }
    }
}
