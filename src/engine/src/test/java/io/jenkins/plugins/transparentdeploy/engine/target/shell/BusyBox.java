package io.jenkins.plugins.transparentdeploy.engine.target.shell;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.jenkins.plugins.transparentdeploy.engine.host.LocalShell;
import io.jenkins.plugins.transparentdeploy.engine.host.RemoteShell;
import io.jenkins.plugins.transparentdeploy.engine.storage.DurableFiles;
import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;

/** A machine with nothing but BusyBox. */
final class BusyBox implements Closeable {
    private static final Path PROGRAM = Path.of("/bin/busybox");

    private final Path directory;
    private final RemoteShell shell;

    BusyBox() throws IOException {
        assumeTrue(Files.isExecutable(PROGRAM), "BusyBox is not installed");
        directory = Files.createTempDirectory("busybox");
        Path commands = Files.createDirectory(directory.resolve("bin"));
        Process list = new ProcessBuilder(PROGRAM.toString(), "--list").start();
        String names = new String(list.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        for (String name : names.lines().toList()) {
            Files.createSymbolicLink(commands.resolve(name), PROGRAM);
        }
        Path start = directory.resolve("start");
        Files.writeString(
                start, "#!/bin/sh\nshift\nexec env -i PATH=%s HOME=/ /bin/busybox sh \"$@\"\n".formatted(commands));
        Files.setPosixFilePermissions(start, PosixFilePermissions.fromString("rwxr-xr-x"));
        shell = new LocalShell("box", List.of(start.toString()));
    }

    RemoteShell shell() {
        return shell;
    }

    @Override
    public void close() throws IOException {
        DurableFiles.deleteTree(directory);
    }
}
