package io.jenkins.plugins.transparentdeploy.engine.release;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.jenkins.plugins.transparentdeploy.engine.Json;
import io.jenkins.plugins.transparentdeploy.engine.check.LogMarks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/** Where the log files that a release is judged by stood when its deployment began; kept with the release. */
final class LogPositions {
    private LogPositions() {}

    static void remember(ReleaseRun run) throws IOException {
        ManagedEnvironment environment = run.environment();
        Set<Path> files = new HashSet<>();
        environment.definition().smokeTest().ifPresent(smokeTest -> files.addAll(smokeTest.logFiles()));
        environment
                .definition()
                .analysis()
                .ifPresent(analysis -> files.addAll(analysis.spec().logFiles()));
        if (!files.isEmpty()) {
            ReleaseHistory.writeJson(environment.directory().logMarks(run.id()), LogMarks.take(files));
        }
    }

    static LogMarks of(ReleaseRun run) throws IOException {
        return read(run.environment(), run.id());
    }

    /** Since what is live was deployed. */
    static LogMarks ofLive(ManagedEnvironment environment) throws IOException {
        Optional<ReleaseRecord> live = environment.history().live();
        return live.isPresent() ? read(environment, live.get().id()) : LogMarks.NONE;
    }

    private static LogMarks read(ManagedEnvironment environment, ReleaseId id) throws IOException {
        try {
            return Json.MAPPER.readValue(
                    Files.readAllBytes(environment.directory().logMarks(id)), LogMarks.class);
        } catch (NoSuchFileException | JsonProcessingException e) {
            return LogMarks.NONE;
        }
    }
}
