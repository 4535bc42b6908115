package io.jenkins.plugins.transparentdeploy.docs;

import static org.awaitility.Awaitility.await;

import io.jenkins.plugins.transparentdeploy.agent.RunResult;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;

/** The load balancer that comes with tdeploy, in front of two instances, started as its documentation says. */
final class EmbeddedProxy implements AutoCloseable {
    private final int port = DebianProxy.freePort();
    private final Path socket;
    private final Process process;

    EmbeddedProxy(Path directory, int a, int b) throws IOException, URISyntaxException {
        // Whoever may write to the socket decides where users go.
        Path own = Files.createDirectory(
                directory.resolve("run"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        socket = own.resolve("load-balancer.sock");
        Path log = directory.resolve("load-balancer.log");
        process = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-jar",
                        Path.of(RunResult.class.getResource("tdeploy.jar").toURI())
                                .toString(),
                        "load-balancer",
                        "--listen",
                        Integer.toString(port),
                        "--socket",
                        socket.toString(),
                        "--backend",
                        "a=http://127.0.0.1:" + a,
                        "--backend",
                        "b=http://127.0.0.1:" + b))
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        await().atMost(Duration.ofSeconds(60)).until(() -> {
            String said = Files.readString(log);
            if (!process.isAlive()) {
                throw new IllegalStateException("It ended: " + said);
            }
            return said.contains("Listening on");
        });
    }

    /** A Jenkinsfile of the documentation, for this one. */
    String here(String jenkinsfile) {
        return jenkinsfile
                .replace("/run/shop/load-balancer.sock", socket.toString())
                .replace("127.0.0.1:8080", "127.0.0.1:" + port);
    }

    String url() {
        return "http://127.0.0.1:" + port + "/";
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
