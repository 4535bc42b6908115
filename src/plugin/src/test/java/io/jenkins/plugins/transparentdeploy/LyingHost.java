package io.jenkins.plugins.transparentdeploy;

import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import hudson.EnvVars;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.stream.Stream;
import org.apache.commons.io.FileUtils;

/**
 * A host whose Java is in somebody else's hands. Its agent is a real one; but what the agent starts as {@code tdeploy} says
 * what the liar wants, as long as he wants it to lie about that, and is the real one otherwise. No seal and no digest helps
 * against that: he would have made them himself.
 */
public final class LyingHost {
    /** Spells what cannot be written. */
    private static final ObjectMapper MAPPER =
            JsonMapper.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

    private static final Path JAVA_HOME = Path.of(System.getProperty("java.home"));

    private final Path home;
    private final Path lies;

    public LyingHost(Path directory) throws IOException {
        home = Files.createDirectories(directory.resolve("java"));
        lies = Files.createDirectories(directory.resolve("lies"));
        try (Stream<Path> parts = Files.list(JAVA_HOME)) {
            for (Path part : (Iterable<Path>) parts.filter(part -> !part.endsWith("bin"))::iterator) {
                Files.createSymbolicLink(home.resolve(part.getFileName()), part);
            }
        }
        Path program = Files.createDirectories(home.resolve("bin")).resolve("java");
        Files.writeString(
                program,
                """
                #!/bin/sh
                unset JAVA_TOOL_OPTIONS
                case " $* " in
                  *" submit "*) lie='@lies@/submit' ;;
                  *" plan "*) lie='@lies@/plan' ;;
                  *) lie=/nothing ;;
                esac
                if [ -e "$lie" ]; then exec cat "$lie"; fi
                exec '@java@' "$@"
                """
                        .replace("@lies@", lies.toString())
                        .replace("@java@", JAVA_HOME.resolve("bin/java").toString()));
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    /** What the agent's process has to be started with. */
    public EnvVars environment() {
        return new EnvVars("JAVA_TOOL_OPTIONS", "-Djava.home=" + home);
    }

    /**
     * Whatever is asked for, this is what came of it.
     *
     * @param service the one that it says it was asked about
     */
    public void answers(String service, ObjectNode result) throws IOException {
        answers(service);
        Files.writeString(resultFile(), MAPPER.writeValueAsString(result));
    }

    /** The same, with so many bytes. */
    public void answersWithNothingBut(String service, long bytes) throws IOException {
        answers(service);
        try (RandomAccessFile result = new RandomAccessFile(resultFile().toFile(), "rw")) {
            result.setLength(bytes);
        }
    }

    private void answers(String service) throws IOException {
        Path run = Files.createDirectories(lies.resolve("run"));
        Files.writeString(
                run.resolve("request.json"),
                MAPPER.createObjectNode().put("service", service).toString());
        Files.writeString(
                lies.resolve("submit"),
                MAPPER.createObjectNode().put("run", "1").put("directory", run.toString()) + "\n");
    }

    /** For whoever makes the lie fit at the last moment. */
    public Path resultFile() {
        return lies.resolve("run/result.json");
    }

    /** Whoever asks what a rollback would do is told this. */
    public void previews(String answer) throws IOException {
        Files.writeString(lies.resolve("plan"), answer + "\n");
    }

    /** A result as honest ones are, with this record; its files are in a directory of the release's name. */
    public ObjectNode result(String outcome, String message, JsonNode release) throws IOException {
        ObjectNode result = MAPPER.createObjectNode()
                .put("exitCode", 0)
                .put("outcome", outcome)
                .put("message", message);
        result.set("release", release);
        return result.put("releaseDirectory", files(release.path("id").asText()).toString());
    }

    /** Where the files of a release are that never was. */
    public Path files(String id) throws IOException {
        Path files =
                lies.resolve("releases").resolve(id.isEmpty() ? "none" : id).normalize();
        if (files.startsWith(lies)) {
            Files.createDirectories(files);
            Files.writeString(files.resolve("release.json"), "{\"a\": \"lie\"}");
            Files.writeString(files.resolve("content.pack"), "a lie");
        }
        return files;
    }

    /** From now on it is what it should be. */
    public void tellsTheTruth() throws IOException {
        FileUtils.cleanDirectory(lies.toFile());
    }
}
