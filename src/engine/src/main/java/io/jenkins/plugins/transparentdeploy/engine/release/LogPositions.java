package io.jenkins.plugins.transparentdeploy.engine.release;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.jenkins.plugins.transparentdeploy.engine.Json;
import io.jenkins.plugins.transparentdeploy.engine.check.LogMarks;
import io.jenkins.plugins.transparentdeploy.engine.service.EnvironmentDefinition;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Where the log files that a release is judged by stood when its deployment began; kept with the release. */
public final class LogPositions {
    private LogPositions() {}

    static void remember(ReleaseRun run) throws IOException {
        ManagedEnvironment environment = run.environment();
        LogMarks marks = LogMarks.take(files(environment.definition()))
                .andOfReadable(new AskedLogs(environment.directory()).files());
        if (!marks.files().isEmpty()) {
            ReleaseHistory.writeJson(environment.directory().logMarks(run.id()), marks);
        }
    }

    private static Set<Path> files(EnvironmentDefinition definition) {
        Set<Path> files = new HashSet<>();
        definition.smokeTest().ifPresent(smokeTest -> files.addAll(smokeTest.logFiles()));
        definition.analysis().ifPresent(analysis -> files.addAll(analysis.spec().logFiles()));
        return files;
    }

    /** Where they stand now, as far as that can be found out: nothing keeps what was live from coming back. */
    static LogMarks now(EnvironmentDefinition definition) {
        return LogMarks.NONE.andOfReadable(files(definition));
    }

    /** What came back is not to blame for what the later one wrote, whoever asks when. */
    public static LogMarks rememberComingBack(ReleaseRun run, EnvironmentDefinition described) {
        ManagedEnvironment environment = run.environment();
        LogMarks marks = now(described);
        try {
            LogMarks kept = marks.andOfReadable(new AskedLogs(environment.directory()).files());
            Optional<ReleaseId> back = run.record().kind() == ReleaseKind.ROLLBACK
                    ? Optional.of(run.id())
                    : environment.history().live().map(ReleaseRecord::id);
            if (back.isPresent() && !kept.files().isEmpty()) {
                ReleaseHistory.writeJson(environment.directory().logMarks(back.get()), kept);
            }
        } catch (IOException e) {
            environment.tell(
                    ReleaseEvent.Type.WARNING,
                    "where its log files stood when it came back is not kept, so log checks that ask it later say so: "
                            + e.getMessage(),
                    Map.of());
        }
        return marks;
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
