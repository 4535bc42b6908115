package io.jenkins.plugins.transparentdeploy.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What people do wrong who are new, or in a hurry: they are told what it was, and what to do. */
class MistakesTest {
    @TempDir
    private Path directory;

    private Terminal terminal;

    @BeforeEach
    void releases() throws IOException {
        terminal = new Terminal(directory);
        terminal.artifacts("one", "two", "bad");
        describe("shop");
    }

    private Path serviceFile() {
        return directory.resolve("transparent-deploy.yaml");
    }

    private void describe(String service) throws IOException {
        Files.createDirectories(directory.resolve("live-" + service));
        Files.writeString(
                serviceFile(),
                """
                service: %1$s
                environments:
                  production:
                    target: {directory: %2$s/live-%1$s}
                    smokeTest:
                      retries: 0
                      checks:
                        - command: [sh, -c, "! grep -q bad %2$s/live-%1$s/app"]
                """
                        .formatted(service, directory));
    }

    private String live() throws IOException {
        return Files.readString(directory.resolve("live-shop/app"));
    }

    private Terminal.Output refused(String... arguments) throws Exception {
        Terminal.Output output = terminal.tdeploy(arguments);
        assertThat(output.exitCode()).as(output.out() + output.err()).isEqualTo(2);
        return output;
    }

    @Test
    void whoNamesNothingMeansTheOnlyServiceThatWasReleasedFromHere() throws Exception {
        terminal.tdeploy("run", "-a", "one", "-r", "1");
        terminal.tdeploy("run", "-a", "two", "-r", "2");
        Files.delete(serviceFile());
        assertThat(terminal.tdeploy("history").out()).contains("  2  ").contains("  1  ");
        assertThat(terminal.tdeploy("rollback", "--reason", "orders fail").exitCode())
                .isZero();
        assertThat(live()).isEqualTo("one");
        assertThat(terminal.tdeploy("smoke-test").exitCode()).isZero();
        assertThat(refused("run", "-a", "two").err())
                .as("a release is described by whoever makes it")
                .contains("There is no transparent-deploy.yaml here");

        describe("bank");
        terminal.tdeploy("run", "-a", "one", "-r", "1");
        Files.delete(serviceFile());
        assertThat(refused("rollback").err())
                .contains("No service is named")
                .contains("Released from here: bank/production, shop/production");
        assertThat(terminal.tdeploy("history", "-s", "shop").out()).contains("rollback");
    }

    @Test
    void aMistypedNameFreezesNothingAndHasNoHistory() throws Exception {
        terminal.tdeploy("run", "-a", "one", "-r", "1");
        assertThat(refused("freeze", "-s", "shp", "-e", "production", "--reason", "holidays")
                        .err())
                .contains("No release of shp/production is known")
                .contains("Known are: shop/production");
        assertThat(directory.resolve("state/services/shp")).doesNotExist();
        assertThat(refused("history", "-e", "prod").err()).contains("shop/prod is known");
        assertThat(refused("history", "--limit", "0").err()).contains("Give at least 1");
        assertThat(refused("journal", "--release", "one").err()).contains("nothing of a release 'one'");
        assertThat(refused("rollback", "-e", "prod").err()).contains("Known are: shop/production");
    }

    @Test
    void anEnvironmentThatOnlyTheServiceFileKnowsCanBeFrozen() throws Exception {
        assertThat(terminal.tdeploy("freeze", "--reason", "not yet").exitCode()).isZero();
        assertThat(refused("run", "-a", "one").err()).contains("not yet");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " 1", "1\n", "1\n2", "1\u001b[2J", "previous", "journal:7"})
    void aVersionThatNobodyCouldReadOrNameIsRefused(String version) throws Exception {
        assertThat(refused("run", "-a", "one", "-r", version).err())
                .startsWith("tdeploy: The version '")
                .hasLineCount(1);
        assertThat(refused("plan", "-a", "one", "-r", version).err()).contains("Give the release another version");
        assertThat(directory.resolve("live-shop")).isEmptyDirectory();
    }

    @Test
    void aVersionMayHaveWhateverFitsIntoALine() throws Exception {
        String version = "1.0 /../é\"$(id)";
        assertThat(terminal.tdeploy("run", "-a", "one", "-r", version).exitCode())
                .isZero();
        terminal.tdeploy("run", "-a", "two");
        assertThat(terminal.tdeploy("rollback", "--to", version).exitCode()).isZero();
        assertThat(refused("run", "-a", "one", "-r", "1".repeat(251)).err()).contains("is too long");
    }

    @Test
    void aVersionThatNeverWasLiveIsSaidToBeKnown() throws Exception {
        terminal.tdeploy("run", "-a", "one", "-r", "1");
        terminal.tdeploy("run", "-a", "bad", "-r", "2");
        assertThat(refused("rollback", "--to", "2").out()).contains("'2' was never live: it is ROLLED_BACK");
        assertThat(refused("rollback", "--to", "3").out()).contains("There is no release or rollback point '3'");
    }

    @Test
    void aPortThatAStrangerListensAtIsFoundBeforeAnythingIsTouched() throws Exception {
        String[] release = {"-a", "one", "-r", "1", "--set", "process.run=[sleep, '30']", "--set", ""};
        try (ServerSocket stranger = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            release[release.length - 1] = "instances={a: {port: " + stranger.getLocalPort() + "}}";
            Terminal.Output planned = terminal.tdeploy(concat("plan", release));
            assertThat(planned.err())
                    .contains("The port " + stranger.getLocalPort() + " of instance 'a' of shop/production is in use");
            assertThat(refused(concat("run", release)).out()).contains("give the instance another port");
            assertThat(directory.resolve("live-shop")).isEmptyDirectory();
        }
        assertThat(terminal.tdeploy(concat("plan", release)).exitCode()).isZero();
    }

    private static String[] concat(String command, String[] arguments) {
        String[] all = new String[arguments.length + 1];
        all[0] = command;
        System.arraycopy(arguments, 0, all, 1, arguments.length);
        return all;
    }

    @Test
    void whatAProcessSaidIsShownOnceAndNotWhatAnEarlierOneSaid() throws Exception {
        terminal.tdeploy("run", "-a", "one", "--set", "process.run=[sh, -c, 'echo first words; exec sleep 30']");
        Terminal.Output failed =
                terminal.tdeploy("run", "-a", "two", "--set", "process.run=[sh, -c, 'echo last words; exit 1']");
        assertThat(failed.exitCode()).isEqualTo(1);
        assertThat(failed.out())
                .containsOnlyOnce("last words")
                .doesNotContain("first words")
                .containsPattern("(?m)^two was rolled back to one in .* s: The process of instance 'shop' ended$");
        assertThat(refused("run", "-a", "two").err()).contains("'shop' ended. Open it with");
    }

    @Test
    void attachWatchesWhatGoesOnAlsoWhenSomebodyWasRefusedMeanwhile() throws Exception {
        terminal.tdeploy("run", "-a", "one");
        terminal.tdeploy("run", "-a", "two", "--detach", "--set", "ready={command: [test, -e, ../gate], timeout: 10m}");
        Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> live().equals("two"));
        assertThat(refused("run", "-a", "one").out())
                .contains("shop/production is locked by")
                .contains("'tdeploy attach' watches");

        Process attached = terminal.start("attach");
        try {
            Awaitility.await()
                    .atMost(Duration.ofSeconds(60))
                    .until(() -> !attached.isAlive()
                            || Files.readString(directory.resolve("stdout")).contains("DEPLOYING"));
            Files.createFile(directory.resolve("gate"));
            assertThat(attached.waitFor(120, TimeUnit.SECONDS)).isTrue();
            assertThat(attached.exitValue()).isZero();
        } finally {
            attached.destroyForcibly();
        }
        assertThat(Files.readString(directory.resolve("stdout"))).contains("two is live");
        assertThat(terminal.tdeploy("attach").out()).as("when it is over").contains("two is live");
    }

    @Test
    void aFileThatCannotBeReadOrWrittenIsNamed() throws Exception {
        assertThat(refused("init", "-f", "nowhere/shop.yaml").err()).contains("nowhere/shop.yaml cannot be written");
        assertThat(refused("init", "-f", "new.yaml", "-s", "my shop").err())
                .contains("'service' is 'my shop', which cannot be a name");
        assertThat(directory.resolve("new.yaml")).doesNotExist();
        Files.write(serviceFile(), new byte[] {'s', ':', ' ', (byte) 0xE9});
        assertThat(refused("plan", "-a", "one").err())
                .contains("transparent-deploy.yaml is not written in UTF-8")
                .doesNotContain("Exception");
    }

    @Test
    void aDamagedArchiveIsSaidToBeOne() throws Exception {
        Files.writeString(directory.resolve("cut.tar.gz"), "x");
        assertThat(refused("plan", "-a", "cut.tar.gz").err())
                .contains("cut.tar.gz cannot be read to its end: ")
                .doesNotContain("..")
                .doesNotContain("null");
    }

    @Test
    void aJarThatWouldBeUnpackedAndNotFoundIsWarnedOf() throws Exception {
        Path jar = directory.resolve("shop.jar");
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar), new Manifest())) {
            out.putNextEntry(new JarEntry("Shop.class"));
        }
        String[] release = {"-a", "shop.jar", "--set", "process.run=[java, -jar, shop.jar]"};
        assertThat(terminal.tdeploy(concat("plan", release)).out())
                .contains("Warning: instance 'shop' runs 'java -jar shop.jar', and the release has no shop.jar")
                .contains("artifact: {unpack: false}");
        assertThat(terminal.tdeploy("plan", "-a", "shop.jar", "--set", release[3], "--set", "artifact.unpack=false")
                        .out())
                .doesNotContain("Warning");
    }

    @Test
    void aProgramThatIsNotThereOrMayNotBeExecutedIsWarnedOf() throws Exception {
        assertThat(plan("[jav, -version]").out())
                .contains("instance 'shop' would not start: The program 'jav' does not exist");
        assertThat(plan("[bin/server]").out()).contains("the release has no bin/server");
        Path program = Files.writeString(
                Files.createDirectory(directory.resolve("one/bin")).resolve("server"), "#!/bin/sh\nexec sleep 30\n");
        assertThat(plan("[./bin/server]").out()).contains("bin/server has the mode 0644 in the release");
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
        assertThat(plan("[./bin/server]").out()).doesNotContain("Warning");
        assertThat(plan("[sleep, '30']").out()).doesNotContain("Warning");
    }

    private Terminal.Output plan(String command) throws Exception {
        return terminal.tdeploy("plan", "-a", "one", "--set", "process.run=" + command);
    }

    @Test
    void anAddressOfTheLoadBalancerThatIsNoneIsSaidToBeNone() throws Exception {
        String[] rest = {"--socket", directory + "/lb.sock", "--backend", "a=http://127.0.0.1:1", "--listen", "web"};
        assertThat(refused(concat("load-balancer", rest)).err()).contains("--listen 'web' has no port");
        rest[3] = "a=127.0.0.1:1";
        assertThat(refused(concat("load-balancer", rest)).err())
                .contains("'127.0.0.1:1' is not a URL")
                .doesNotContain("Exception");
    }

    @Test
    void aStateDirectoryThatAScriptLeftEmptyIsNotThisDirectory() throws Exception {
        assertThat(Main.stateDirectoryOf(Path.of(""), null)).isEqualTo(Main.stateDirectoryOf(null, ""));
        assertThat(Main.stateDirectoryOf(null, "")).hasFileName(".transparent-deploy");
        assertThat(Main.stateDirectoryOf(null, "/srv/state")).isEqualTo(Path.of("/srv/state"));
        assertThat(Main.stateDirectoryOf(Path.of("/here"), "/srv/state")).isEqualTo(Path.of("/here"));
    }

    @Test
    void whatSomebodyElseChangedIsSaidInWords() throws Exception {
        terminal.tdeploy("run", "-a", "one");
        Files.writeString(directory.resolve("live-shop/app"), "edited by hand");
        assertThat(terminal.tdeploy("verify").out()).contains("shop: app (expected file of 3 bytes, ");
        assertThat(refused("run", "-a", "two").out()).contains("shop: app (expected file of 3 bytes, ");
    }

    @Test
    void helpIsThereHoweverItIsAskedFor() throws Exception {
        assertThat(terminal.tdeploy("help").out())
                .isEqualTo(terminal.tdeploy("--help").out())
                .contains("  rollback ");
        assertThat(terminal.tdeploy("help", "rollback").out()).contains("Usage: tdeploy rollback");
    }

    @Test
    void anEnvironmentFileThatIsMissingIsWarnedOf() throws Exception {
        String file = directory + "/secrets.env";
        String[] plan = {"-a", "one", "--set", "process={run: [sleep, '30'], environmentFile: " + file + "}"};
        assertThat(terminal.tdeploy(concat("plan", plan)).out())
                .contains("Warning: The environment file " + file + " cannot be read");
        Files.writeString(Path.of(file), "TOKEN=secret");
        assertThat(terminal.tdeploy(concat("plan", plan)).out()).doesNotContain("Warning");
    }
}
