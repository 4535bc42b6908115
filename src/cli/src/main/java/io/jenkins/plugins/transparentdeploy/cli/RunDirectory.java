package io.jenkins.plugins.transparentdeploy.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.jenkins.plugins.transparentdeploy.engine.Json;
import io.jenkins.plugins.transparentdeploy.engine.host.Host;
import io.jenkins.plugins.transparentdeploy.engine.host.LocalHost;
import io.jenkins.plugins.transparentdeploy.engine.host.ProcessRef;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseId;
import io.jenkins.plugins.transparentdeploy.engine.release.StateDirectory;
import io.jenkins.plugins.transparentdeploy.engine.storage.DurableFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The files by which a worker and those who watch it talk: the only class that knows their names.
 *
 * <pre>
 * request.json   what to do; never changes
 * process.json   the worker's pid and start time
 * events.jsonl   what happens, appended
 * result.json    what came of it; there once it is over
 * retire.log     what whoever waits to stop the slot that served before says
 * output.log     what the worker's JVM itself printed
 * </pre>
 */
record RunDirectory(Path path) {

    static RunDirectory create(StateDirectory state, Request request) throws IOException {
        RunDirectory run = new RunDirectory(
                state.runs().resolve(ReleaseId.next(Clock.systemUTC()).value()));
        Files.createDirectories(run.path);
        run.write(run.requestFile(), request);
        return run;
    }

    /** All runs of a state directory, newest first. */
    static List<RunDirectory> all(StateDirectory state) throws IOException {
        try (Stream<Path> children = Files.list(state.runs())) {
            return children.filter(
                            child -> ReleaseId.isValid(child.getFileName().toString()))
                    .sorted(Comparator.reverseOrder())
                    .map(RunDirectory::new)
                    .toList();
        } catch (NoSuchFileException e) {
            return List.of();
        }
    }

    /** The host that the run is on: this one. */
    Host host() throws IOException {
        return LocalHost.open(path.getParent().getParent());
    }

    String id() {
        return path.getFileName().toString();
    }

    Path events() {
        return path.resolve("events.jsonl");
    }

    Path output() {
        return path.resolve("output.log");
    }

    /** What the process says that waits to stop the slot that served before. */
    Path retirement() {
        return path.resolve("retire.log");
    }

    /** The JUnit report of a smoke test that ran by itself. */
    Path smokeTests() {
        return path.resolve("smoke-tests.xml");
    }

    Path requestFile() {
        return path.resolve("request.json");
    }

    Optional<Request> request() throws IOException {
        return read(requestFile(), Request.class);
    }

    Optional<Result> result() throws IOException {
        return read(resultFile(), Result.class);
    }

    private Path resultFile() {
        return path.resolve("result.json");
    }

    Optional<ProcessRef> process() throws IOException {
        return read(path.resolve("process.json"), ProcessRef.class);
    }

    /** Whether its worker is at it. */
    boolean goesOn() throws IOException {
        Optional<ProcessRef> process = Files.exists(resultFile()) ? Optional.empty() : process();
        return process.isPresent() && host().isRunning(process.get());
    }

    void started(ProcessRef process) throws IOException {
        write(path.resolve("process.json"), process);
    }

    void ended(Result result) throws IOException {
        write(resultFile(), result);
    }

    private void write(Path file, Object value) throws IOException {
        DurableFiles.write(file, Json.MAPPER.writerWithDefaultPrettyPrinter().writeValueAsBytes(value));
    }

    private static <T> Optional<T> read(Path file, Class<T> type) throws IOException {
        try {
            return Optional.of(Json.MAPPER.readValue(Files.readAllBytes(file), type));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (JsonProcessingException e) {
            throw new IOException(file + " cannot be read: " + e.getOriginalMessage(), e);
        }
    }
}
