package io.jenkins.plugins.transparentdeploy.docs;

import static org.assertj.core.api.Assertions.assertThat;

import com.cloudbees.plugins.credentials.SystemCredentialsProvider;
import hudson.model.Result;
import io.jenkins.plugins.transparentdeploy.Sshd;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/**
 * The page for those who are new, done as it stands but for places, addresses and ports: a real jar, run by a real Java on two
 * hosts of a real SSH server, behind a real nginx.
 */
@WithJenkins
class DocumentedJavaServiceTest {
    private static final String SHOP =
            """
            import com.sun.net.httpserver.HttpServer;
            import java.net.InetSocketAddress;

            public class Shop {
                public static void main(String[] arguments) throws Exception {
                    int port = Integer.parseInt(arguments[0].substring("--server.port=".length()));
                    HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", port), 0);
                    server.createContext("/", exchange -> {
                        byte[] body = "%1$s".getBytes();
                        boolean health = exchange.getRequestURI().getPath().equals("/health");
                        exchange.sendResponseHeaders(health ? %2$d : 200, body.length);
                        exchange.getResponseBody().write(body);
                        exchange.close();
                    });
                    server.start();
                }
            }
            """;

    @TempDir(cleanup = CleanupMode.NEVER)
    private Path directory;

    private final int[] ports = new int[2];
    private Sshd sshd;
    private DebianProxy nginx;

    @AfterEach
    void tearDown() {
        if (nginx != null) {
            nginx.close();
        }
        if (sshd != null) {
            sshd.close();
        }
        // What a release started is to outlive it.
        for (int port : ports) {
            try (Stream<ProcessHandle> all = ProcessHandle.allProcesses()) {
                all.filter(process ->
                                process.info().commandLine().orElse("").endsWith("-jar shop.jar --server.port=" + port))
                        .forEach(ProcessHandle::destroyForcibly);
            }
        }
    }

    @Test
    void aNewServiceIsReleasedAndWhatIsNotHealthyGoesBackByItself(JenkinsRule rule) throws Exception {
        ports[0] = DebianProxy.freePort();
        ports[1] = DebianProxy.freePort();
        sshd = new Sshd(directory.resolve("sshd"));
        Path proxy = Files.createDirectories(directory.resolve("nginx"));
        nginx = DebianProxy.nginx(proxy, ports[0], ports[1]);
        Path upstream = proxy.resolve("upstreams/upstream.conf");
        Files.writeString(
                upstream, Files.readString(upstream).replace("# a", "# web1").replace("# b", "# web2"));
        for (int port : ports) {
            Files.createDirectories(directory.resolve("srv/shop-" + port));
        }
        SystemCredentialsProvider.getInstance().getCredentials().add(sshd.credentials("shop-deploy"));
        Checkout checkout = Checkout.of(rule, "shop", directory.resolve("state"));
        checkout.write("build.sh", "#!/bin/sh\nmkdir -p build && cp source/shop.jar build/shop.jar\n");
        Page page = Page.whole("java-service.md");
        checkout.write("transparent-deploy.yaml", here(page.block("yaml", 0)));

        build(checkout.workspace().resolve("source/shop.jar"), "orders open", 200);
        WorkflowRun first = checkout.run(page.jenkinsfile(), Result.SUCCESS);
        assertThat(asked()).isEqualTo("orders open");
        rule.assertLogNotContains("the release has no shop.jar", first);

        build(checkout.workspace().resolve("source/shop.jar"), "orders closed", 503);
        WorkflowRun second = checkout.run(page.jenkinsfile(), Result.FAILURE);
        rule.assertLogContains("/health): the status is 503", second);
        assertThat(asked()).isEqualTo("orders open");
    }

    private String here(String serviceFile) throws IOException {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        return nginx.here(serviceFile
                        .replace("[sudo, nginx, -t]", "['sudo', 'nginx', '-t']")
                        .replace("[sudo, systemctl, reload, nginx]", "['sudo', 'systemctl', 'reload', 'nginx']")
                        .replace("accessLog:", "pidFile: /run/nginx.pid\n        accessLog:"))
                .replace("http://127.0.0.1/", nginx.url())
                .replaceAll("10\\.0\\.0\\.\\d+", "127.0.0.1")
                .replace(
                        "ssh: {user: deploy}",
                        "ssh: {user: %s, port: %d, knownHosts: %s, stateDirectory: %s}"
                                .formatted(sshd.user(), sshd.port(), sshd.knownHosts(), directory.resolve("on-hosts")))
                .replace("host: web1, port: 8080", "host: web1, port: " + ports[0])
                .replace("host: web2, port: 8080", "host: web2, port: " + ports[1])
                .replace("releases: /srv/shop", "releases: '" + directory + "/srv/shop-{port}'")
                .replace("run: [java,", "run: [" + java + ",")
                // Long enough for a Java on a slow machine; what is not healthy is waited for as long.
                .replace("timeout: 90s", "timeout: 60s");
    }

    private String asked() throws IOException {
        try (InputStream answer = URI.create(nginx.url()).toURL().openStream()) {
            return new String(answer.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private void build(Path jar, String says, int health) throws IOException {
        Path classes = Files.createTempDirectory(directory, "classes");
        Path source = Files.writeString(classes.resolve("Shop.java"), SHOP.formatted(says, health));
        assertThat(ToolProvider.getSystemJavaCompiler()
                        .run(null, null, null, "-d", classes.toString(), source.toString()))
                .isZero();
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().put(Attributes.Name.MAIN_CLASS, "Shop");
        Files.createDirectories(jar.getParent());
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar), manifest)) {
            out.putNextEntry(new JarEntry("Shop.class"));
            Files.copy(classes.resolve("Shop.class"), out);
        }
    }
}
