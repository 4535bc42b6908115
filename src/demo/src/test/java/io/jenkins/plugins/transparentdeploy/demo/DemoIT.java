package io.jenkins.plugins.transparentdeploy.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code ./demo} shows, with fewer requests, behind whichever load balancer it finds. */
class DemoIT {
    private static final int LONGEST_MINUTES = 30;

    @Test
    void theGoodReleaseIsNotNoticedAndTheBadOneGoesBack(@TempDir Path directory) throws Exception {
        Path work = Files.createDirectory(directory.resolve("work"));
        Path output = directory.resolve("output");
        Process demo = demo(work)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            assertThat(demo.waitFor(LONGEST_MINUTES, TimeUnit.MINUTES)).isTrue();
        } finally {
            // Else it would leave servers behind.
            new Leftovers(work).end();
        }
        String said = Files.readString(output);
        assertThat(demo.exitValue()).as(said).isZero();
        assertThat(said)
                .contains("Good release:  SUCCEEDED, and no request failed")
                .contains("Bad release:   ROLLED_BACK")
                .containsPattern("good release +[1-9][\\d,]* +0 ")
                .containsPattern("bad release and rollback +[1-9]");
        assertThat(processesOf(work)).as("what it left running").isEmpty();
    }

    private static ProcessBuilder demo(Path work) throws IOException {
        ProcessBuilder demo = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-Ddemo.rate=25",
                "-cp",
                System.getProperty("java.class.path"),
                Demo.class.getName(),
                jar().toString(),
                work.toString(),
                System.getProperty("tomcat.older"),
                System.getProperty("tomcat.newer"));
        demo.environment().merge("PATH", "/usr/sbin", (path, more) -> path + ":" + more);
        return demo;
    }

    private static Path jar() throws IOException {
        try (DirectoryStream<Path> jars =
                Files.newDirectoryStream(Path.of("../cli/target"), "transparent-deploy-cli-*-all.jar")) {
            for (Path jar : jars) {
                return jar;
            }
        }
        throw new IOException("tdeploy is not packaged; run 'mvn verify' for all modules");
    }

    private static List<String> processesOf(Path work) {
        return ProcessHandle.allProcesses()
                .map(process -> Path.of("/proc", Long.toString(process.pid()), "cmdline"))
                .map(DemoIT::read)
                .filter(commandLine -> commandLine.contains(work + "/"))
                .toList();
    }

    private static String read(Path file) {
        try {
            return Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return "";
        }
    }
}
