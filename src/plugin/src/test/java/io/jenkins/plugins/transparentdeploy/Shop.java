package io.jenkins.plugins.transparentdeploy;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.stream.Stream;

/**
 * A service to release: a real server (two releases of Jetty) that shows a page, in a directory of its own. What it
 * consists of is written as a Jenkinsfile would: all of it in the pipeline, no service file.
 */
public final class Shop implements AutoCloseable {
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private final Path root;
    private final int port;

    public Shop(Path root) throws IOException {
        this.root = root;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        Files.createDirectories(live());
    }

    public Path live() {
        return root.resolve("live");
    }

    public Path stateDirectory() {
        return root.resolve("state");
    }

    public String url() {
        return "http://127.0.0.1:" + port + "/";
    }

    /** The file whose presence makes an instance count as ready, if {@link #deployGuarded} released it. */
    public Path gate() {
        return root.resolve("gate");
    }

    /** Pipeline text that puts a release together in the workspace, below {@code app}. */
    public String build(String server, String page) {
        return "sh 'mkdir -p app/web && cp " + server(server)
                + " app/server.jar'; writeFile file: 'app/web/index.html', text: '" + page + "'; ";
    }

    /** Pipeline text that releases what was built. */
    public String deploy(String version) {
        return deploy(version, "httpCheck(url: '" + url() + "', timeout: '60s')");
    }

    /** The same, but no instance is ready before the gate is open. */
    public String deployGuarded(String version) {
        return deploy(version, "commandCheck(command: ['test', '-e', '" + gate() + "'], timeout: '120s')");
    }

    private String deploy(String version, String readyCheck) {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        return "deploy artifact: 'app', version: '" + version + "', target: directory('" + live() + "'),"
                + " process: process(run: ['" + java
                + "', '-jar', '{directory}/server.jar', '--host', '127.0.0.1', '--port', '"
                + port + "', '{directory}/web'], stopTimeout: '10s'), readyCheck: " + readyCheck + "; ";
    }

    /** Pipeline text that asks the server for a page that says that orders are open. */
    public String smokeTest() {
        return "smokeTest checks: [httpCheck(url: '" + url()
                + "', name: 'orders', status: [200], bodyContains: 'orders open')],"
                + " retries: 1, interval: '200ms'; ";
    }

    /** What every step is told. */
    public String where() {
        return "service: 'shop', environment: 'production', stateDirectory: '" + stateDirectory() + "'";
    }

    /** The program, as the build fetched it. */
    public static Path server(String version) throws IllegalArgumentException {
        Path jar = Path.of("target", "test-applications", "jetty-" + version + ".jar")
                .toAbsolutePath();
        if (!Files.exists(jar)) {
            throw new IllegalArgumentException(jar + " is missing: the build copies it before the tests");
        }
        return jar;
    }

    /** Opens the environment again after a rollback, as {@code tdeploy unfreeze} does. */
    public void unfreeze() throws IOException {
        Files.writeString(
                stateDirectory().resolve("services/shop/production/freezes.jsonl"),
                "\n{\"frozen\":false,\"at\":\"2026-01-01T00:00:00Z\",\"actor\":{\"who\":\"alice\",\"via\":\"test\"},"
                        + "\"reason\":\"looked at it\"}\n",
                StandardOpenOption.APPEND);
    }

    /** The page as users see it, or the trouble they see instead. */
    public String page() throws InterruptedException {
        try {
            return HTTP.send(HttpRequest.newBuilder(URI.create(url())).build(), HttpResponse.BodyHandlers.ofString())
                    .body()
                    .strip();
        } catch (IOException e) {
            return "down: " + e.getMessage();
        }
    }

    /** Ends whatever serves: a released service runs on when Jenkins is gone. */
    @Override
    public void close() {
        endAllBelow(root);
    }

    /** Ends every process that was given a path in this directory. */
    public static void endAllBelow(Path root) {
        try (Stream<ProcessHandle> all = ProcessHandle.allProcesses()) {
            all.filter(process -> process.info()
                            .arguments()
                            .filter(arguments ->
                                    Stream.of(arguments).anyMatch(argument -> argument.startsWith(root.toString())))
                            .isPresent())
                    .forEach(ProcessHandle::destroyForcibly);
        }
    }
}
