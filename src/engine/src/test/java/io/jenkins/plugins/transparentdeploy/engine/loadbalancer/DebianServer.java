package io.jenkins.plugins.transparentdeploy.engine.loadbalancer;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/** A server of Debian's that runs as a child of the test, in the foreground and with its files in the test's directory. */
public final class DebianServer {
    private final Path log;
    private final List<String> argv;
    private Process process;

    public DebianServer(Path log, List<String> argv) {
        this.log = log;
        this.argv = argv;
    }

    /** The program's path; the test is skipped when it is not installed. */
    public static String require(String program) {
        List<Path> places = Stream.of("/usr/sbin", "/usr/bin", "/usr/local/sbin", "/usr/local/bin")
                .map(directory -> Path.of(directory, program))
                .filter(Files::isExecutable)
                .toList();
        assumeTrue(!places.isEmpty(), "the Debian package " + program + " is not installed");
        return places.get(0).toString();
    }

    /**
     * A port that nobody listened on a moment ago, and that the system gives to nobody: its own, from 32768, go to whoever
     * connects to something or listens somewhere meanwhile.
     */
    public static int freePort() throws IOException {
        for (int tries = 0; tries < 1_000; tries++) {
            int port = ThreadLocalRandom.current().nextInt(16_000, 32_768);
            try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                return socket.getLocalPort();
            } catch (BindException e) {
                // Somebody else's.
            }
        }
        throw new IOException("There is no free port from 16000 to 32767");
    }

    /** Returns when it accepts connections on the port. */
    public void start(int port) throws IOException {
        process = new ProcessBuilder(argv)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
        Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> {
            if (!process.isAlive()) {
                throw new IllegalStateException(argv + " ended: " + Files.readString(log));
            }
            return accepts(port);
        });
    }

    private static boolean accepts(int port) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    public long pid() {
        return process.pid();
    }

    /** As a restart of the machine does; without effect when it does not run. */
    public void stop() throws InterruptedException {
        if (process != null) {
            List<ProcessHandle> children = process.descendants().toList();
            process.destroy();
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                kill();
            }
            children.forEach(ProcessHandle::destroyForcibly);
        }
    }

    /** kill -9 of it and of all its processes. */
    public void kill() throws InterruptedException {
        List<ProcessHandle> children = process.descendants().toList();
        process.destroyForcibly().waitFor();
        children.forEach(ProcessHandle::destroyForcibly);
    }
}
