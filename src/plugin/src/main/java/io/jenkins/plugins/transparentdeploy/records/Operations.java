package io.jenkins.plugins.transparentdeploy.records;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import hudson.Util;
import hudson.model.ModelObject;
import hudson.model.Run;
import io.jenkins.plugins.transparentdeploy.agent.HostText;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a release did, as its journal tells: the operations on instances, and the files that changed. The journal comes from a
 * host: lines that are no records are left out, and what is kept is bounded however long it is.
 */
public final class Operations implements ModelObject {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final int MOST_OPERATIONS = 500;
    private static final int MOST_FILES = 500;
    private static final int LONGEST_TEXT = 300;

    private final Run<?, ?> run;
    private final ReleaseEntry release;
    private final Map<Long, Operation> operations = new LinkedHashMap<>();
    private final Map<String, FileChange> files = new LinkedHashMap<>();
    private long unshown;

    /**
     * @param reversibility {@code REVERSIBLE}, {@code COMPENSABLE} or {@code ONE_WAY}; may be empty
     * @param took as text; empty as long as it was not done
     */
    public record Operation(String type, String instance, String what, String reversibility, Moment at, String took) {}

    /** @param change {@code created}, {@code updated} or {@code deleted} */
    public record FileChange(String change, String path, int instances) {}

    private Operations(Run<?, ?> run, ReleaseEntry release) {
        this.run = run;
        this.release = release;
    }

    /** @param journal JSON Lines, UTF-8; is read to its end, not closed */
    static Operations read(Run<?, ?> run, ReleaseEntry release, InputStream journal) throws IOException {
        Operations all = new Operations(run, release);
        HostLines lines = new HostLines(journal);
        for (String line = lines.next(); line != null; line = lines.next()) {
            try {
                if (line.isEmpty()) {
                    all.unshown++;
                } else {
                    all.add(MAPPER.readTree(line));
                }
            } catch (JsonProcessingException e) {
                all.unshown++;
            }
        }
        return all;
    }

    private void add(JsonNode record) {
        switch (record.path("kind").asText()) {
            case "intent" ->
                intended(record.path("seq").asLong(), record.path("at").asText(), record.path("operation"));
            case "done" ->
                done(record.path("intent").asLong(), record.path("at").asText());
            default -> {}
        }
    }

    private void intended(long seq, String at, JsonNode operation) {
        String type = operation.path("type").asText();
        Optional<Instant> begun = Moment.parse(at);
        switch (type) {
            case "create" -> changed("created", operation.path("after"));
            case "update" -> changed("updated", operation.path("after"));
            case "delete" -> changed("deleted", operation.path("before"));
            default -> {
                if (operations.size() < MOST_OPERATIONS && begun.isPresent()) {
                    operations.put(
                            seq,
                            new Operation(
                                    cut(type),
                                    cut(operation.path("instance").asText()),
                                    what(operation),
                                    cut(operation.path("reversibility").asText()),
                                    new Moment(begun.get()),
                                    ""));
                } else {
                    unshown++;
                }
            }
        }
    }

    private void changed(String change, JsonNode entry) {
        String path = cut(entry.path("path").asText());
        FileChange known = files.get(path);
        if (known != null) {
            files.put(path, new FileChange(change, path, known.instances() + 1));
        } else if (files.size() < MOST_FILES) {
            files.put(path, new FileChange(change, path, 1));
        } else {
            unshown++;
        }
    }

    private void done(long intent, String at) {
        Optional<Instant> ended = Moment.parse(at);
        operations.computeIfPresent(
                intent,
                (seq, begun) -> new Operation(
                        begun.type(),
                        begun.instance(),
                        begun.what(),
                        begun.reversibility(),
                        begun.at(),
                        ended.map(end -> span(Instant.parse(begun.at().getIso()), end))
                                .orElse("")));
    }

    private static String span(Instant from, Instant to) {
        return Util.getTimeSpanString(Math.max(0, Duration.between(from, to).toMillis()));
    }

    private static String what(JsonNode operation) {
        return switch (operation.path("type").asText()) {
            case "switch-link" ->
                cut(operation.path("before").asText("-") + " → "
                        + operation.path("after").asText("-"));
            case "shift-traffic" ->
                operation.path("weightBefore").asInt() + " → "
                        + operation.path("weightAfter").asInt();
            case "populate-release", "remove-release" ->
                cut(operation.path("directory").asText());
            default -> cut(operation.path("name").asText());
        };
    }

    private static String cut(String text) {
        return HostText.of(text, LONGEST_TEXT);
    }

    public Run<?, ?> getRun() {
        return run;
    }

    public ReleaseEntry getRelease() {
        return release;
    }

    public List<Operation> getOperations() {
        return new ArrayList<>(operations.values());
    }

    public List<FileChange> getFiles() {
        return new ArrayList<>(files.values());
    }

    /** How many records are not shown, because they are too many or are none. */
    public long getUnshown() {
        return unshown;
    }

    @Override
    public String getDisplayName() {
        return Messages.Operations_DisplayName(release.getVersion());
    }
}
