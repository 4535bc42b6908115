package io.jenkins.plugins.transparentdeploy.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An archive of real classes, made and used by real JVMs, of a jar like the one that is released. */
class ClassArchiveTest {
    private static final String MAIN = Main.class.getName();

    @TempDir
    private static Path directory;

    private static Path jar;
    private static ClassArchive archive;

    @BeforeAll
    static void make() throws Exception {
        jar = directory.resolve("tdeploy.jar");
        OneJar.writeTo(jar);
        archive = new ClassArchive(jar);
        assertThat(archive.options()).as("before there is one").isEmpty();
        assertThat(java(List.of(), "archive-classes").trim())
                .isEqualTo(archive.file().toString());
    }

    @Test
    void theClassesOfAReleaseComeFromIt() throws Exception {
        List<String> options = new ArrayList<>(archive.options());
        // What the JVM is told last counts.
        options.add("-Xlog:class+load=info:stdout");
        String loaded = java(options, "--version");
        assertThat(loaded).containsPattern("(?m)" + MAIN.replace(".", "\\.") + " source: shared objects file");
        assertThat(Files.list(directory)).as("nothing else is left").containsExactlyInAnyOrder(jar, archive.file());
    }

    @Test
    void aJarThatWasChangedIsStartedWithoutItAndNothingIsSaidOfThat() throws Exception {
        FileTime made = Files.getLastModifiedTime(jar);
        Files.setLastModifiedTime(jar, FileTime.fromMillis(made.toMillis() - 10_000));
        try {
            assertThat(java(archive.options(), "--version"))
                    .startsWith("tdeploy ")
                    .hasLineCount(1);
        } finally {
            Files.setLastModifiedTime(jar, made);
        }
    }

    @Test
    void aTornOneIsNotUsed() throws Exception {
        Path torn = directory.resolve("torn.jar");
        ClassArchive broken = new ClassArchive(torn);
        Files.copy(jar, torn);
        byte[] whole = Files.readAllBytes(archive.file());
        Files.write(broken.file(), Arrays.copyOf(whole, whole.length / 2));
        try {
            assertThat(run(broken.options(), torn, "--version"))
                    .startsWith("tdeploy ")
                    .hasLineCount(1);
        } finally {
            Files.delete(torn);
            Files.delete(broken.file());
        }
    }

    private static String java(List<String> options, String... arguments) throws Exception {
        return run(options, jar, arguments);
    }

    private static String run(List<String> options, Path program, String... arguments)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(JavaCommand.QUICK_START);
        command.addAll(options);
        command.addAll(List.of("-jar", program.toString()));
        command.addAll(List.of(arguments));
        Path output = Files.createTempFile("class-archive-test", ".out");
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            boolean ended = process.waitFor(120, TimeUnit.SECONDS);
            process.destroyForcibly();
            assertThat(ended).as("whether it ended").isTrue();
            assertThat(process.exitValue()).as(Files.readString(output)).isZero();
            return Files.readString(output);
        } finally {
            Files.delete(output);
        }
    }
}
