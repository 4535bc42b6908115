package io.jenkins.plugins.transparentdeploy.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.jenkins.plugins.transparentdeploy.engine.Json;
import java.io.IOException;
import java.net.URL;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.commons.io.FileUtils;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A host whose state an earlier version wrote: everything is found, shown, verified, and gone back to. Records name
 * absolute paths, so it lies where it lay; a lock keeps two runs of this test apart.
 */
class ReleasedVersionsTest {
    private static final Path HOST = Path.of("/tmp/transparent-deploy-released-cli");
    private static final String RELEASED = "/released/92f856b/";

    @TempDir
    Path directory;

    private Terminal terminal;
    private FileChannel lock;

    @BeforeEach
    void unpack() throws Exception {
        lock = FileChannel.open(
                HOST.resolveSibling(HOST.getFileName() + ".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        lock.lock();
        FileUtils.deleteDirectory(HOST.toFile());
        Process tar = new ProcessBuilder("tar", "-xzf", resource("host.tar.gz").toString(), "-C", "/tmp").start();
        assertThat(tar.waitFor()).isZero();
        terminal = new Terminal(directory);
    }

    @AfterEach
    void remove() throws IOException {
        FileUtils.deleteDirectory(HOST.toFile());
        lock.close();
    }

    @Test
    void whatAnEarlierVersionReleasedIsShownVerifiedAndGoneBackTo() throws Exception {
        assertThat(tdeploy("verify", "-s", "shop", "-e", "production").exitCode())
                .isZero();
        assertThat(tdeploy("journal", "verify", "-s", "shop", "-e", "production")
                        .exitCode())
                .isZero();
        assertThat(tdeploy("status").out()).contains("shop").contains("1.0");
        List<String> history = versions();
        assertThat(history).containsExactly("1.0", "1.2", "1.1", "1.0");
        String first = releases().get(0).getFileName().toString();
        assertThat(tdeploy("history", "-s", "shop", "-e", "production", "--release", first)
                        .exitCode())
                .isZero();

        Terminal.Output forward = tdeploy(
                "rollback", "-s", "shop", "-e", "production", "--to", "1.1", "--reason", "it was not the orders");
        assertThat(forward.exitCode()).as(forward.toString()).isZero();
        assertThat(live("page")).hasContent("open two");
        assertThat(live("more")).hasContent("more");
        Terminal.Output back = tdeploy("rollback", "-s", "shop", "-e", "production", "--to", "1.0");
        assertThat(back.exitCode()).as(back.toString()).isZero();
        assertThat(live("page")).hasContent("open one");
        assertThat(live("more")).doesNotExist();
        assertThat(Files.readSymbolicLink(live("link"))).hasToString("page");
        assertThat(Files.isExecutable(live("bin/run"))).isTrue();
        assertThat(tdeploy("verify", "-s", "shop", "-e", "production").exitCode())
                .isZero();
    }

    @Test
    void aPackOfAnEarlierVersionIsReleasedElsewhere() throws Exception {
        Path good = releases().get(0);
        Path elsewhere = Files.createDirectories(directory.resolve("elsewhere"));
        Path service = Files.writeString(
                directory.resolve("transparent-deploy.yaml"),
                "service: shop\nenvironments: {qa: {target: {directory: " + elsewhere + "}}}\n");
        Terminal.Output run = terminal.tdeploy(
                "run",
                "-f",
                service.toString(),
                "-e",
                "qa",
                "--from-records",
                good.toString(),
                "--key-file",
                resource("pack-key.pem").toString());
        assertThat(run.exitCode()).as(run.toString()).isZero();
        assertThat(elsewhere.resolve("page")).hasContent("open one");
        assertThat(elsewhere.resolve("noise")).hasSameBinaryContentAs(live("noise"));
    }

    private Terminal.Output tdeploy(String... arguments) throws Exception {
        List<String> all =
                new ArrayList<>(List.of("--state-dir", HOST.resolve("state").toString()));
        all.addAll(List.of(arguments));
        Terminal.Output output = terminal.tdeploy(all.toArray(String[]::new));
        assertThat(output.err()).as("%s", all).doesNotContain("Exception");
        return output;
    }

    private List<String> versions() throws Exception {
        List<String> versions = new ArrayList<>();
        for (String line : tdeploy("--json", "history", "-s", "shop", "-e", "production")
                .out()
                .lines()
                .toList()) {
            JsonNode json = Json.MAPPER.readTree(line);
            if (json.isArray()) {
                json.forEach(release -> versions.add(release.path("version").asText()));
            } else {
                versions.add(json.path("version").asText());
            }
        }
        return versions;
    }

    /** Oldest first. */
    private static List<Path> releases() throws IOException {
        try (Stream<Path> all = Files.list(HOST.resolve("state/services/shop/production/releases"))) {
            return all.filter(Files::isDirectory).sorted().toList();
        }
    }

    private static Path live(String path) {
        return HOST.resolve("live").resolve(path);
    }

    private static Path resource(String name) throws Exception {
        URL url = ReleasedVersionsTest.class.getResource(RELEASED + name);
        return Path.of(url.toURI());
    }
}
