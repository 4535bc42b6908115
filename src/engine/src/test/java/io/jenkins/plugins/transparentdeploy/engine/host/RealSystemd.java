package io.jenkins.plugins.transparentdeploy.engine.host;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/**
 * A real systemd, as a manager of one user's units, which knows the units of one directory. It need not be what started
 * the machine: it is shown a {@code /run/systemd} of its own, for otherwise it would not run.
 */
public final class RealSystemd implements Closeable {
    private static final Path PROGRAM = Path.of("/lib/systemd/systemd");
    private static final String IN_ITS_OWN_WORLD =
            "mount -t tmpfs none /run/systemd && mkdir /run/systemd/system && exec " + PROGRAM
                    + " --user --unit=nothing.target --log-target=console --show-status=no";

    private final Path systemctl;
    private final Process process;

    private RealSystemd(Path systemctl, Process process) {
        this.systemctl = systemctl;
        this.process = process;
    }

    /**
     * Starts it; the test is skipped where there is none, or where nobody may start one.
     *
     * @param units the directory of its units
     */
    public static RealSystemd start(Path units) throws IOException {
        assumeTrue(Files.isExecutable(PROGRAM), "the Debian package systemd is not installed");
        assumeTrue("root".equals(System.getProperty("user.name")), "only root can give systemd a world of its own");
        // A socket's path has at most some hundred bytes.
        Path runtime = Files.createTempDirectory("sd");
        Files.writeString(units.resolve("nothing.target"), "[Unit]\nDefaultDependencies=no\n");
        Path log = runtime.resolve("log");
        ProcessBuilder starting = new ProcessBuilder("unshare", "--mount", "sh", "-c", IN_ITS_OWN_WORLD)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        starting.environment().clear();
        starting.environment().put("PATH", System.getenv("PATH"));
        starting.environment().put("HOME", runtime.toString());
        starting.environment().put("XDG_RUNTIME_DIR", runtime.toString());
        starting.environment().put("SYSTEMD_UNIT_PATH", units + ":");
        RealSystemd systemd = new RealSystemd(systemctl(runtime), starting.start());
        Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> !systemd.process.isAlive() || systemd.answers());
        assumeTrue(systemd.process.isAlive(), () -> "systemd does not come up here: " + text(log));
        return systemd;
    }

    /** As a session of the user would have it, who knows where the socket is. */
    private static Path systemctl(Path runtime) throws IOException {
        Path script = Files.writeString(
                runtime.resolve("systemctl"),
                "#!/bin/sh\nexport XDG_RUNTIME_DIR=" + runtime + "\nexec /usr/bin/systemctl \"$@\"\n");
        return Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private boolean answers() throws IOException, InterruptedException {
        return run("is-system-running").waitFor() >= 0
                && run("show", "--property=Version").waitFor() == 0;
    }

    private Process run(String... verb) throws IOException {
        List<String> argv = new ArrayList<>(List.of(systemctl.toString(), "--user"));
        argv.addAll(List.of(verb));
        return new ProcessBuilder(argv)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    private static String text(Path log) {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            return e.toString();
        }
    }

    /** The command that steers it, with {@code --user}. */
    public Path systemctl() {
        return systemctl;
    }

    /** Has it read its units again. */
    public void reload() throws IOException, InterruptedException {
        if (run("daemon-reload").waitFor() != 0) {
            throw new IOException("systemd does not read its units again");
        }
    }

    /** Stops all units, and it. */
    @Override
    public void close() {
        List<ProcessHandle> units = process.descendants().toList();
        process.destroy();
        try {
            if (!process.waitFor(60, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
        units.forEach(ProcessHandle::destroyForcibly);
    }
}
