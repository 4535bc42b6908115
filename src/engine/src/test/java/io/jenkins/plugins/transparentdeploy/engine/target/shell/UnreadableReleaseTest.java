package io.jenkins.plugins.transparentdeploy.engine.target.shell;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.transparentdeploy.engine.host.LocalShell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A disk that gives back no content: what the host's tools say of it is what people are told. */
class UnreadableReleaseTest extends TwoReleases {
    private Path tools;

    @BeforeEach
    void aDisk() throws IOException {
        tools = Files.createDirectory(directory.resolve("bin"));
        Path sum = Files.writeString(
                tools.resolve("sha256sum"),
                "#!/bin/sh\n[ $# -gt 0 ] || exec /usr/bin/sha256sum\n"
                        + "echo 'sha256sum: ./version: Input/output error' >&2; exit 1\n");
        Files.setPosixFilePermissions(sum, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.writeString(root.resolve("current/version"), "changed by hand");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void saysWhyItCannotBeListed(boolean gzip) {
        LocalShell failing = new LocalShell("web1", List.of("env", "PATH=" + tools + ":" + System.getenv("PATH")));
        HostReleases releases = new HostReleases(
                new HostDirectory(failing, root.toString()),
                MANAGED,
                new ReleaseForms(MANAGED),
                store,
                new Ownership(ShellTargetContract.CONTROLLER, "ci-1", false));
        assertThatThrownBy(() -> releases.list(new Dialect(true, true, gzip), "r2"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("Input/output error");
    }
}
