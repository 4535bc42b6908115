package io.jenkins.plugins.transparentdeploy.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpServer;
import io.jenkins.plugins.transparentdeploy.engine.storage.DurableFiles;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The service file and the playbook of the page about Ansible, as they stand, with Debian's Ansible. What differs: where
 * {@code /srv} is, the address that is asked, and that a script stands in for the unit of systemd that is restarted. The one
 * host is this machine.
 */
class DocumentedAnsibleTest {
    private static final Path PAGE = Path.of("../../docs/ansible.md");

    @TempDir
    private Path directory;

    private Terminal terminal;
    private HttpServer shop;

    @BeforeEach
    void asOnThePage() throws IOException {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/ansible-playbook")), "Debian's ansible-core is not installed");
        terminal = new Terminal(directory);
        Path restart =
                write("restart", "#!/bin/sh\ncp %1$s/srv/shop/current/health %1$s/served\n".formatted(directory));
        Files.setPosixFilePermissions(restart, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.createDirectories(directory.resolve("srv/shop/releases"));
        shop = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        shop.createContext("/health", exchange -> {
            byte[] body = Files.readAllBytes(directory.resolve("served"));
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        shop.start();
        Matcher blocks = Pattern.compile("(?ms)^```yaml\\n(.*?)^```").matcher(Files.readString(PAGE));
        assertThat(blocks.find()).isTrue();
        write(
                "transparent-deploy.yaml",
                blocks.group(1)
                        .replace("sudo systemctl restart shop", restart.toString())
                        .replace(
                                "127.0.0.1:8080",
                                "127.0.0.1:" + shop.getAddress().getPort()));
        assertThat(blocks.find()).isTrue();
        write("ansible/deploy.yml", blocks.group(1).replace("/srv/shop", directory + "/srv/shop"));
        write("ansible/templates/shop.conf.j2", "version = {{ release_version }}\n");
        write(
                "ansible/hosts.ini",
                "[web]\nhere ansible_connection=local ansible_python_interpreter=/usr/bin/python3\n");
        write("one/health", "UP: one");
        write("two/health", "UP: two");
        write("bad/health", "DOWN");
    }

    @AfterEach
    void stop() {
        if (shop != null) {
            shop.stop(0);
        }
    }

    private Path write(String name, String text) throws IOException {
        Path file = directory.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, text);
    }

    private String current(String file) throws IOException {
        return Files.readString(directory.resolve("srv/shop/current").resolve(file));
    }

    @Test
    void aReleaseIsPlannedBroughtJudgedAndComesBack() throws Exception {
        Terminal.Output plan = terminal.tdeploy("plan", "-a", "one", "-r", "1.0");
        assertThat(plan.exitCode()).as(plan.err()).isZero();
        assertThat(plan.out())
                .contains("shop, tried out:")
                .contains("here: 'copy the release' would change")
                .contains("Warning: there is nothing to go back to before the first release")
                .contains("Nothing was touched.");
        assertThat(directory.resolve("srv/shop/current")).doesNotExist();

        Terminal.Output first = terminal.tdeploy("run", "-a", "one", "-r", "1.0");
        assertThat(first.exitCode()).as(first.out() + first.err()).isZero();
        assertThat(first.out()).contains("deploy.yml on here: 4 ok, 4 changed, 0 failed");
        assertThat(current("shop.conf")).isEqualTo("version = 1.0\n");

        assertThat(terminal.tdeploy("run", "-a", "two", "-r", "2.0").exitCode()).isZero();
        assertThat(directory.resolve("served")).hasContent("UP: two");

        Terminal.Output bad = terminal.tdeploy("run", "-a", "bad", "-r", "3.0", "--json");
        assertThat(bad.exitCode()).isEqualTo(1);
        JsonNode release = bad.json().path("release");
        assertThat(release.path("playbookRuns")).hasSize(2);
        assertThat(release.at("/playbookRuns/1/version").asText()).isEqualTo("2.0");
        assertThat(current("shop.conf")).isEqualTo("version = 2.0\n");
        assertThat(directory.resolve("served")).hasContent("UP: two");

        DurableFiles.deleteTree(directory.resolve("ansible"));
        Terminal.Output back = terminal.tdeploy("rollback", "--to", "1.0", "--reason", "orders fail");
        assertThat(back.exitCode()).as(back.out() + back.err()).isZero();
        assertThat(directory.resolve("served")).hasContent("UP: one");
        assertThat(terminal.tdeploy("status").out()).contains("live: 1.0");
    }
}
