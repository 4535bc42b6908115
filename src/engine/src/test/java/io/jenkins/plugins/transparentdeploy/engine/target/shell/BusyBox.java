package io.jenkins.plugins.transparentdeploy.engine.target.shell;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.jenkins.plugins.transparentdeploy.engine.host.LocalShell;
import io.jenkins.plugins.transparentdeploy.engine.host.RemoteShell;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;

/** A machine with nothing but BusyBox. */
final class BusyBox {
    private static final Path PROGRAM = Path.of("/bin/busybox");

    private BusyBox() {}

    /** @param directory where its commands are put */
    static RemoteShell in(Path directory) throws IOException {
        assumeTrue(Files.isExecutable(PROGRAM), "BusyBox is not installed");
        Path commands = Files.createDirectories(directory.resolve("busybox"));
        Process list = new ProcessBuilder(PROGRAM.toString(), "--list").start();
        String names = new String(list.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        for (String name : names.lines().toList()) {
            Files.createSymbolicLink(commands.resolve(name), PROGRAM);
        }
        Path shell = directory.resolve("busybox-sh");
        Files.writeString(
                shell, "#!/bin/sh\nshift\nexec env -i PATH=%s HOME=/ /bin/busybox sh \"$@\"\n".formatted(commands));
        Files.setPosixFilePermissions(shell, PosixFilePermissions.fromString("rwxr-xr-x"));
        return new LocalShell("box", List.of(shell.toString()));
    }
}
