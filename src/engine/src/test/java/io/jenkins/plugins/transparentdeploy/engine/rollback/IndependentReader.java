package io.jenkins.plugins.transparentdeploy.engine.rollback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.jenkins.plugins.transparentdeploy.engine.Json;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The reader that was written from docs/design.md, as a program that is asked. */
final class IndependentReader {
    private static final String SCRIPT = "/io/jenkins/plugins/transparentdeploy/engine/release/independent-reader.py";

    private final Path directory;
    private final Path script;

    /** @param directory where it may write */
    private IndependentReader(Path directory) {
        this.directory = directory;
        this.script = directory.resolve("independent-reader.py");
    }

    /** Skips the test where a program is missing that it needs. */
    static IndependentReader in(Path directory) throws IOException {
        for (String program : new String[] {"python3", "zstd", "openssl"}) {
            assumeTrue(isInstalled(program), "needs " + program);
        }
        IndependentReader reader = new IndependentReader(directory);
        try (InputStream script = IndependentReader.class.getResourceAsStream(SCRIPT)) {
            Files.copy(script, reader.script, StandardCopyOption.REPLACE_EXISTING);
        }
        return reader;
    }

    /** What it says; fails when it finds something that is not as it was written. */
    JsonNode reads(Object... question) throws IOException, InterruptedException {
        Outcome outcome = ask(question);
        assertThat(outcome.exitCode()).as(outcome.err()).isZero();
        return Json.MAPPER.readTree(outcome.out());
    }

    /** The sentence that it ends with; fails when it finds nothing. */
    String complains(Object... question) throws IOException, InterruptedException {
        Outcome outcome = ask(question);
        assertThat(outcome.exitCode()).as(outcome.out() + outcome.err()).isEqualTo(1);
        assertThat(outcome.err()).doesNotContain("Traceback");
        return outcome.err();
    }

    private record Outcome(int exitCode, String out, String err) {}

    private Outcome ask(Object... question) throws IOException, InterruptedException {
        Path out = directory.resolve("out");
        Path err = directory.resolve("err");
        List<String> command = new ArrayList<>(List.of("python3", script.toString()));
        Stream.of(question).map(Object::toString).forEach(command::add);
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
        builder.environment().put("LC_ALL", "C.UTF-8");
        Process process = builder.start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return new Outcome(process.exitValue(), Files.readString(out), Files.readString(err));
    }

    private static boolean isInstalled(String program) {
        return Stream.of(System.getenv("PATH").split(":"))
                .anyMatch(place -> Files.isExecutable(Path.of(place, program)));
    }
}
