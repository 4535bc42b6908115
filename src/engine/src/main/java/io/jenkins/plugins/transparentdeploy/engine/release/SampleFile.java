package io.jenkins.plugins.transparentdeploy.engine.release;

import io.jenkins.plugins.transparentdeploy.engine.Json;
import io.jenkins.plugins.transparentdeploy.engine.analysis.Sample;
import java.io.Closeable;
import java.io.FileWriter;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/** Where the samples of a release are kept, each told to whoever watches. */
final class SampleFile implements Closeable {
    private final ManagedEnvironment environment;
    private final Writer writer;
    private final Instant began;
    private final Duration window;

    private SampleFile(ManagedEnvironment environment, Writer writer, Duration window) {
        this.environment = environment;
        this.writer = writer;
        this.began = environment.clock().instant();
        this.window = window;
    }

    /** Appends to the samples of the release. */
    static SampleFile of(ReleaseRun run, Duration window) throws IOException {
        // Not a channel: an interrupt, by which the waiting may be ended, would close it.
        return new SampleFile(
                run.environment(),
                new FileWriter(run.environment().directory().samples(run.id()).toFile(), StandardCharsets.UTF_8, true),
                window);
    }

    void keep(Sample sample) throws IOException {
        writer.write(Json.MAPPER.writeValueAsString(sample) + "\n");
        writer.flush();
        Map<String, Object> data = new HashMap<>();
        data.put("metric", sample.metric());
        sample.value().ifPresent(value -> data.put("value", value));
        sample.score().ifPresent(score -> data.put("score", score));
        environment.tell(ReleaseEvent.Type.SAMPLE, sample.toString(), data);
        long watched = Duration.between(began, sample.at()).toMillis();
        environment.tell(
                ReleaseEvent.Type.PROGRESS,
                (watched > window.toMillis() ? "held: " : "watching: ") + sample,
                Map.of("done", Math.min(watched, window.toMillis()), "total", window.toMillis(), "unit", "ms"));
    }

    @Override
    public void close() throws IOException {
        writer.close();
    }
}
