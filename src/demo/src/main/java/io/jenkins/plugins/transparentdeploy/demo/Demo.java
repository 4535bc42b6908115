package io.jenkins.plugins.transparentdeploy.demo;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;

/** {@code Demo JAR WORK OLDER NEWER}: tdeploy's jar, an empty directory, and two releases of Tomcat. */
public final class Demo {
    private static final int RATE = 100;
    private static final Duration SETTLE = Duration.ofSeconds(5);

    private final PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    private final Tally tally = new Tally();
    private final Timeline timeline = new Timeline(out, tally);
    private final Path work;
    private final Path serviceFile;
    private final Tdeploy tdeploy;
    private final Path socket;

    private Demo(Path jar, Path work) throws IOException {
        this.work = work;
        this.serviceFile = work.resolve("transparent-deploy.yaml");
        this.tdeploy = new Tdeploy(jar, work.resolve("state"));
        // For its owner alone, and short: a socket's path has at most some hundred bytes.
        this.socket = Files.createTempDirectory("tdeploy-demo").resolve("control.sock");
    }

    public static void main(String[] arguments) throws Exception {
        Path work = Path.of(arguments[1]).toAbsolutePath().normalize();
        Leftovers leftovers = new Leftovers(work);
        Runtime.getRuntime().addShutdownHook(new Thread(leftovers::end, "end everything"));
        Demo demo = new Demo(Path.of(arguments[0]).toAbsolutePath(), work);
        System.exit(demo.run(Path.of(arguments[2]), Path.of(arguments[3])) ? 0 : 1);
    }

    /** Whether everything went as it should: nothing failed in the good release, and the bad one was rolled back. */
    private boolean run(Path olderArchive, Path newerArchive) throws Exception {
        int port = freePort();
        int portA = freePort();
        int portB = freePort();
        writeServiceFile(port, portA, portB);
        timeline.title("Two releases of Apache Tomcat, and the newer one with a mistake in its configuration");
        Shop older = Shop.build(olderArchive, work.resolve("artifacts/older"));
        Shop newer = Shop.build(newerArchive, work.resolve("artifacts/newer"));
        Shop broken = Shop.build(newerArchive, work.resolve("artifacts/broken")).misconfigured();
        String olderVersion = version(olderArchive);
        String newerVersion = version(newerArchive);
        Process balancer = tdeploy.start(
                "load-balancer",
                "--listen",
                Integer.toString(port),
                "--socket",
                socket.toString(),
                "--backend",
                "a=http://127.0.0.1:" + portA,
                "--backend",
                "b=http://127.0.0.1:" + portB);
        awaitFile(socket, balancer);

        timeline.title("First release: " + olderVersion + " on two instances behind the load balancer");
        // Nobody uses it yet, so there is no traffic to judge it by.
        JsonNode first = release("deploy", older, olderVersion);
        try (LoadGenerator load = new LoadGenerator(URI.create("http://127.0.0.1:" + port + "/"), tally)) {
            tally.enter("steady, " + olderVersion);
            timeline.title("Load: " + RATE + " requests a second, GET and POST, from now to the end");
            load.start(RATE);
            settle();

            timeline.title("Good release: " + newerVersion);
            tally.enter("good release");
            JsonNode good = release("run", newer, newerVersion);
            tally.enter("steady, " + newerVersion);
            settle();

            timeline.title("Bad release: starts, is healthy, and fails every order");
            tally.enter("bad release and rollback");
            JsonNode bad = release("run", broken, newerVersion + "-broken");
            tally.enter("steady, after the rollback");
            settle();
            load.finish();
            return new Summary(out, tally, work).print(first, good, bad);
        }
    }

    private JsonNode release(String command, Shop shop, String version) throws IOException, InterruptedException {
        JsonNode result = tdeploy.run(
                timeline::event,
                command,
                "--file",
                serviceFile.toString(),
                "--artifact",
                shop.directory().toString(),
                "--release",
                version);
        timeline.line(result.path("message").asText());
        return result;
    }

    private void settle() throws InterruptedException {
        Instant end = Instant.now().plus(SETTLE);
        while (Instant.now().isBefore(end)) {
            Thread.sleep(500);
        }
    }

    private void writeServiceFile(int port, int portA, int portB) throws IOException {
        Files.createDirectories(work.resolve("instances/a"));
        Files.createDirectories(work.resolve("instances/b"));
        try (InputStream in = Demo.class.getResourceAsStream("transparent-deploy.yaml")) {
            Files.writeString(
                    serviceFile,
                    new String(in.readAllBytes(), StandardCharsets.UTF_8)
                            .replace("@work@", work.toString())
                            .replace("@socket@", socket.toString())
                            .replace("@port@", Integer.toString(port))
                            .replace("@port-a@", Integer.toString(portA))
                            .replace("@port-b@", Integer.toString(portB)));
        }
    }

    private static String version(Path archive) {
        return archive.getFileName().toString().replaceAll("^tomcat-|\\.tar\\.gz$", "");
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static void awaitFile(Path file, Process process) throws IOException, InterruptedException {
        Instant deadline = Instant.now().plusSeconds(30);
        while (!Files.exists(file)) {
            if (!process.isAlive() || Instant.now().isAfter(deadline)) {
                throw new IOException(String.format(Locale.ROOT, "The load balancer did not create %s", file));
            }
            Thread.sleep(50);
        }
    }
}
