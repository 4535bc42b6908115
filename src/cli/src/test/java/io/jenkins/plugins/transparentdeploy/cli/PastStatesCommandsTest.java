package io.jenkins.plugins.transparentdeploy.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.commons.io.FileUtils;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code tdeploy undo} and {@code tdeploy replay}: {@code S_k}, for each record that a release ended with. */
class PastStatesCommandsTest {
    private static final List<String> VERSIONS = List.of("one", "two", "three");
    private static final String ANOTHER_HOST = "5c5b3b3e-2f4b-4f0e-9d2c-0f4d8a0f7f11\n";

    @TempDir
    private Path directory;

    private Terminal terminal;

    /** What was live after a record. */
    private record Past(String contentRoot, Map<String, String> files) {}

    @BeforeEach
    void versions() throws IOException {
        Path host = Files.createDirectory(directory.resolve("host"));
        Files.createDirectory(host.resolve("live"));
        terminal = new Terminal(host);
        write("one/app", "one");
        write("one/conf/a.properties", "a=1");
        write("one/turns/into", "a directory");
        Files.setPosixFilePermissions(
                write("one/bin/run", "#!/bin/sh\n"), PosixFilePermissions.fromString("rwxr-x---"));
        Files.createSymbolicLink(host.resolve("one/link"), Path.of("app"));
        write("two/app", "two");
        write("two/conf/b.properties", "b");
        write("two/turns", "a file");
        write("three/app", "three");
        Files.createDirectory(host.resolve("three/empty"));
    }

    private Path write(String path, String content) throws IOException {
        Path file = directory.resolve("host").resolve(path);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, content);
    }

    /** Releases all versions, goes back by one, and notes what was live after which record. */
    private Map<Long, Past> release(String target, Path live) throws Exception {
        Files.writeString(
                directory.resolve("host/transparent-deploy.yaml"),
                "service: shop\nenvironments: {production: {target: {%s: \"%s\"}}}\n"
                        .formatted(target, directory.resolve("host/live")));
        Map<Long, Past> past = new LinkedHashMap<>();
        for (String version : VERSIONS) {
            note(terminal.tdeploy("run", "-a", version, "-r", version, "--json"), live, past);
        }
        note(terminal.tdeploy("rollback", "--json"), live, past);
        assertThat(past.values().stream().map(Past::contentRoot).distinct()).hasSize(3);
        return past;
    }

    private void note(Terminal.Output output, Path live, Map<Long, Past> past) throws Exception {
        assertThat(output.exitCode()).as(output.toString()).isZero();
        String root = output.json().at("/release/instances/shop/contentRoot").asText();
        assertThat(root).isNotEmpty();
        past.put(records(), new Past(root, files(live)));
    }

    private long records() throws Exception {
        return terminal.tdeploy("journal", "verify", "--json")
                .json()
                .path("records")
                .asLong();
    }

    /** Each path, with what is there and who may do what with it. */
    private static Map<String, String> files(Path root) throws IOException {
        Path real = root.toRealPath();
        Map<String, String> files = new TreeMap<>();
        try (Stream<Path> all = Files.walk(real)) {
            for (Path path : all.filter(each -> !each.equals(real)).toList()) {
                String what = Files.isSymbolicLink(path)
                        ? "-> " + Files.readSymbolicLink(path)
                        : PosixFilePermissions.toString(Files.getPosixFilePermissions(path, LinkOption.NOFOLLOW_LINKS))
                                + (Files.isDirectory(path) ? "" : " " + Files.readString(path));
                files.put(real.relativize(path).toString(), what);
            }
        }
        return files;
    }

    @Test
    void undoBringsBackWhatWasLiveAfterEachRecord() throws Exception {
        Path live = directory.resolve("host/live");
        for (Map.Entry<Long, Past> past : release("directory", live).entrySet()) {
            Terminal.Output undone =
                    terminal.tdeploy("undo", "--to", past.getKey().toString(), "--reason", "as it was", "--json");
            assertThat(undone.exitCode()).as(undone.toString()).isZero();
            assertThat(undone.json().path("outcome").asText()).isEqualTo("RESTORED");
            assertThat(undone.json().at("/release/instances/shop/contentRoot").asText())
                    .as("after record %d", past.getKey())
                    .isEqualTo(past.getValue().contentRoot());
            assertThat(files(live)).isEqualTo(past.getValue().files());
        }
        assertThat(terminal.tdeploy("history").out()).contains(" rollback ");
        assertThat(terminal.tdeploy("journal", "verify").exitCode()).isZero();
        assertThat(terminal.tdeploy("verify").exitCode()).isZero();
    }

    /** Of a host that is gone, but for a copy of its state directory, which lies elsewhere now. */
    @ParameterizedTest
    @CsvSource({"directory, host/live", "releases, host/live/current"})
    void replayNeedsNothingButACopyOfTheStateDirectory(String target, String where) throws Exception {
        Map<Long, Past> states = release(target, directory.resolve(where));
        Path fresh = Files.createDirectory(directory.resolve("fresh"));
        Process copy = new ProcessBuilder("cp", "-a", directory + "/host/state", fresh + "/state").start();
        assertThat(copy.waitFor()).isZero();
        Path hostId = fresh.resolve("state/host-id");
        assertThat(hostId).content().isNotEqualTo(ANOTHER_HOST);
        Files.writeString(hostId, ANOTHER_HOST);
        FileUtils.deleteDirectory(directory.resolve("host").toFile());

        for (Map.Entry<Long, Past> past : states.entrySet()) {
            String into = "replica" + past.getKey();
            Terminal.Output replayed = new Terminal(fresh)
                    .tdeploy(
                            "replay",
                            "-s",
                            "shop",
                            "-e",
                            "production",
                            "--to",
                            past.getKey().toString(),
                            "--into",
                            into,
                            "--json");
            assertThat(replayed.exitCode()).as(replayed.toString()).isZero();
            assertThat(replayed.json().at("/contentRoots/shop").asText())
                    .as("after record %d", past.getKey())
                    .isEqualTo(past.getValue().contentRoot());
            assertThat(files(fresh.resolve(into).resolve("shop")))
                    .isEqualTo(past.getValue().files());
        }
        assertThat(hostId).content().as("still itself").isEqualTo(ANOTHER_HOST);
        assertThat(directory.resolve("host")).as("where it was live").doesNotExist();
    }
}
