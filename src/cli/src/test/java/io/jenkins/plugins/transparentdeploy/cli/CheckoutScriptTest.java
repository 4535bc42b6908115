package io.jenkins.plugins.transparentdeploy.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code ./tdeploy} as it lies in a checkout, where nothing is built yet. */
class CheckoutScriptTest {
    /** From the directory of this module, where tests run. */
    private static final Path SCRIPT = Path.of("../../tdeploy");

    @TempDir
    private Path directory;

    private Path checkout;
    private Path programs;

    @BeforeEach
    void freshCheckout() throws IOException {
        checkout = Files.createDirectory(directory.resolve("checkout"));
        Files.copy(SCRIPT, checkout.resolve("tdeploy"));
        Files.setPosixFilePermissions(checkout.resolve("tdeploy"), PosixFilePermissions.fromString("rwxr-xr-x"));
        programs = Files.createDirectory(directory.resolve("programs"));
        for (String needed : new String[] {"bash", "env", "dirname", "readlink", "head", "nice", "cp", "mkdir"}) {
            Files.createSymbolicLink(programs.resolve(needed), program(needed));
        }
        Files.createSymbolicLink(programs.resolve("java"), Path.of(System.getProperty("java.home"), "bin", "java"));
    }

    private static Path program(String name) {
        return List.of("/usr/bin", "/bin").stream()
                .map(bin -> Path.of(bin, name))
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow();
    }

    /** Puts the jar of this build where Maven puts it, which takes a minute. */
    private void installBuild() throws IOException {
        Path jar = directory.resolve("built.jar");
        OneJar.writeTo(jar);
        Path mvn = programs.resolve("mvn");
        Files.writeString(
                mvn,
                """
                #!/usr/bin/env bash
                mkdir -p "%1$s/src/cli/target"
                cp "%2$s" "%1$s/src/cli/target/transparent-deploy-cli-1-all.jar"
                """
                        .formatted(checkout, jar));
        Files.setPosixFilePermissions(mvn, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private record Output(int exitCode, String text) {}

    private Output run(Path script, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(script.toString()));
        command.addAll(List.of(arguments));
        Path output = directory.resolve("output");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        builder.environment().put("PATH", programs.toString());
        Process process = builder.start();
        boolean ended = process.waitFor(120, TimeUnit.SECONDS);
        process.destroyForcibly();
        assertThat(ended).as("whether it ended").isTrue();
        return new Output(process.exitValue(), Files.readString(output));
    }

    @Test
    void theFirstCommandBuildsIt() throws Exception {
        installBuild();
        // 'archive-classes' is the command that leaves nothing running behind.
        Output first = run(checkout.resolve("tdeploy"), "archive-classes", "--help");
        assertThat(first.text()).contains("building it").contains("Usage: tdeploy archive-classes");
        assertThat(first.exitCode()).isZero();
        Output second = run(checkout.resolve("tdeploy"), "archive-classes", "--help");
        assertThat(second.text()).startsWith("Usage: tdeploy archive-classes");
    }

    @Test
    void aLinkToItOnThePathIsTheSame() throws Exception {
        installBuild();
        Path link = Files.createSymbolicLink(programs.resolve("tdeploy"), checkout.resolve("tdeploy"));
        assertThat(run(link, "archive-classes", "--help").text()).contains("Usage: tdeploy archive-classes");
    }

    @Test
    void withoutMavenItSaysWhatToInstall() throws Exception {
        Output refused = run(checkout.resolve("tdeploy"), "status");
        assertThat(refused.exitCode()).isEqualTo(2);
        assertThat(refused.text()).contains("no mvn on the PATH").contains("Install Maven");
    }
}
