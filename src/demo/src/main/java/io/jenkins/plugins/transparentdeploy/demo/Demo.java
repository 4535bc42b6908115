package io.jenkins.plugins.transparentdeploy.demo;

import com.fasterxml.jackson.databind.JsonNode;
import io.jenkins.plugins.transparentdeploy.demo.balancer.Proxy;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;

/**
 * {@code Demo JAR WORK OLDER NEWER [BALANCER]}: tdeploy's jar, an empty directory, two releases of Tomcat, and what is to
 * stand in front: nginx, haproxy or embedded; HAProxy or nginx when they are installed and nothing is said. The property
 * {@code demo.rate} is how many requests there are in a second.
 */
public final class Demo {
    private static final int RATE = Integer.getInteger("demo.rate", 100);
    private static final Duration SETTLE = Duration.ofSeconds(5);

    private final PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    private final Tally tally = new Tally();
    private final Timeline timeline = new Timeline(out, tally);
    private final Path work;
    private final Path serviceFile;
    private final Tdeploy tdeploy;
    private final String kind;

    private Demo(Path jar, Path work, String kind) {
        this.kind = kind;
        this.work = work;
        this.serviceFile = work.resolve("transparent-deploy.yaml");
        this.tdeploy = new Tdeploy(jar, work.resolve("state"));
    }

    public static void main(String[] arguments) throws Exception {
        Path work = Path.of(arguments[1]).toAbsolutePath().normalize();
        Leftovers leftovers = new Leftovers(work);
        Runtime.getRuntime().addShutdownHook(new Thread(leftovers::end, "end everything"));
        String kind = arguments.length > 4 ? arguments[4] : Proxy.installed().orElse(Proxy.EMBEDDED);
        Demo demo = new Demo(Path.of(arguments[0]).toAbsolutePath(), work, kind);
        System.exit(demo.run(Path.of(arguments[2]), Path.of(arguments[3])) ? 0 : 1);
    }

    /** Whether everything went as it should: nothing failed in the good release, and the bad one was rolled back. */
    private boolean run(Path olderArchive, Path newerArchive) throws Exception {
        timeline.title("Two releases of Apache Tomcat, and the newer one with a mistake in its configuration");
        Shop older = Shop.build(olderArchive, work.resolve("artifacts/older"));
        Shop newer = Shop.build(newerArchive, work.resolve("artifacts/newer"));
        Shop broken = Shop.build(newerArchive, work.resolve("artifacts/broken")).misconfigured();
        String olderVersion = version(olderArchive);
        String newerVersion = version(newerArchive);
        Map<String, Integer> ports = new TreeMap<>(Map.of("a", Proxy.freePort(), "b", Proxy.freePort()));
        Map<String, String> servers = new TreeMap<>();
        ports.forEach((instance, port) -> servers.put(instance, "127.0.0.1:" + port));
        Proxy front = Proxy.start(kind, work.resolve("balancer"), servers, tdeploy);
        writeServiceFile(front, ports);

        timeline.title("First release: " + olderVersion + " on two instances behind "
                + (kind.equals(Proxy.EMBEDDED) ? "the embedded load balancer" : kind));
        // Nobody uses it yet, so there is no traffic to judge it by.
        JsonNode first = release("deploy", older, olderVersion);
        try (LoadGenerator load = new LoadGenerator(front.address(), tally, front.keepsConnections())) {
            tally.enter("steady, " + olderVersion);
            timeline.title("Load: " + RATE + " requests a second, GET and POST, "
                    + (front.keepsConnections() ? "on connections that are kept" : "each on a connection of its own"));
            load.start(RATE);
            settle();

            timeline.title("Good release: " + newerVersion + ", first on a canary with a fifth of the requests");
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

    private void writeServiceFile(Proxy front, Map<String, Integer> ports) throws IOException {
        Files.createDirectories(work.resolve("instances/a"));
        Files.createDirectories(work.resolve("instances/b"));
        try (InputStream in = Demo.class.getResourceAsStream("transparent-deploy.yaml")) {
            Files.writeString(
                    serviceFile,
                    new String(in.readAllBytes(), StandardCharsets.UTF_8)
                            .replace("@work@", work.toString())
                            .replace("@load-balancer@", front.inServiceFile())
                            .replace("@address@", front.address().toString())
                            .replace("@port-a@", Integer.toString(ports.get("a")))
                            .replace("@port-b@", Integer.toString(ports.get("b"))));
        }
    }

    private static String version(Path archive) {
        return archive.getFileName().toString().replaceAll("^tomcat-|\\.tar\\.gz$", "");
    }
}
