package io.jenkins.plugins.transparentdeploy.records;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.model.Run;
import hudson.util.AtomicFileWriter;
import io.jenkins.plugins.transparentdeploy.agent.RunRequest;
import io.jenkins.plugins.transparentdeploy.agent.RunResult;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import jenkins.model.Jenkins;

/**
 * The releases of one service in one environment, as the controller remembers them: independent of jobs, for two
 * branches are two jobs that share one production, and what is live outlives the job that released it.
 *
 * <pre>
 * transparent-deploy/services/&lt;service&gt;/&lt;environment&gt;/
 *   place.json            the node and state directory where it lives
 *   releases/&lt;id&gt;.json    one for each release
 * </pre>
 *
 * Files appear by a rename; reading needs no lock.
 */
public final class ReleaseHistory {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    /** The form of names in service files, and of release ids: nothing else becomes part of a path. */
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,99}");

    private final String service;
    private final String environment;

    /**
     * Where a service lives.
     *
     * @param node name of the node; empty for the built-in one
     * @param stateDirectory null for the node's default
     */
    public record Place(String node, @CheckForNull String stateDirectory) {}

    private ReleaseHistory(String service, String environment) {
        this.service = service;
        this.environment = environment;
    }

    /** @throws IllegalArgumentException for names that no service or environment can have */
    public static ReleaseHistory of(String service, String environment) {
        return new ReleaseHistory(requireName(service), requireName(environment));
    }

    /** Of all services and environments that are remembered. */
    public static List<ReleaseHistory> all() {
        try {
            List<ReleaseHistory> all = new ArrayList<>();
            for (String service : names(root())) {
                for (String environment : names(root().resolve(service))) {
                    all.add(new ReleaseHistory(service, environment));
                }
            }
            return all;
        } catch (IOException e) {
            throw new UncheckedIOException("The releases of this Jenkins cannot be read", e);
        }
    }

    public String getService() {
        return service;
    }

    public String getEnvironment() {
        return environment;
    }

    public Optional<Place> place() {
        try {
            Path file = directory().resolve("place.json");
            if (!Files.exists(file)) {
                return Optional.empty();
            }
            var content = MAPPER.readTree(file.toFile());
            return Optional.of(new Place(
                    content.path("node").asText(),
                    content.path("stateDirectory").textValue()));
        } catch (IOException e) {
            throw new UncheckedIOException("What is known about " + service + "/" + environment + " cannot be read", e);
        }
    }

    /** All that are remembered, newest first. */
    public List<HistoryEntry> newestFirst() {
        try (Stream<Path> files = list()) {
            List<HistoryEntry> all = new ArrayList<>();
            for (Path file : (Iterable<Path>) files::iterator) {
                all.add(new HistoryEntry(MAPPER.readTree(file.toFile())));
            }
            all.sort(Comparator.comparing(HistoryEntry::getId).reversed());
            return all;
        } catch (IOException e) {
            throw new UncheckedIOException("The releases of " + service + "/" + environment + " cannot be read", e);
        }
    }

    public Optional<HistoryEntry> find(@CheckForNull String id) {
        return id == null
                ? Optional.empty()
                : newestFirst().stream()
                        .filter(entry -> entry.getId().equals(id))
                        .findFirst();
    }

    /** The release that serves, as far as is known here. */
    public Optional<HistoryEntry> live() {
        List<HistoryEntry> all = newestFirst();
        return all.stream()
                .filter(HistoryEntry::tookEffect)
                .findFirst()
                .flatMap(newest -> newest.isRollback()
                        ? all.stream()
                                .filter(entry -> entry.getId().equals(newest.getRestores()))
                                .findFirst()
                        : Optional.of(newest));
    }

    /** For pages. */
    @CheckForNull
    public HistoryEntry getLiveEntry() {
        return live().orElse(null);
    }

    /** For pages. */
    public Standing standingOf(HistoryEntry entry) {
        return Standing.of(
                entry, live().filter(live -> live.getId().equals(entry.getId())).isPresent());
    }

    /** For pages: what {@code previous} is, or null if it is the state before the first release. */
    @CheckForNull
    public HistoryEntry getPreviousEntry() {
        return previous().orElse(null);
    }

    /**
     * What {@code previous} means, by the rule of the host, which decides: the last good release before the live one that
     * brought another content, none that is known to be bad; after a rollback that failed, what it was to bring back.
     */
    public Optional<HistoryEntry> previous() {
        Optional<HistoryEntry> live = live();
        List<HistoryEntry> all = newestFirst();
        if (!all.isEmpty() && all.get(0).getState().equals("ROLLBACK_FAILED")) {
            Optional<HistoryEntry> wanted =
                    Optional.ofNullable(all.get(0).getRestores()).flatMap(this::find);
            return wanted.isPresent() ? wanted : live;
        }
        return all.stream()
                .filter(HistoryEntry::isGood)
                .filter(entry -> live.isEmpty() || entry.isReplacedBy(live.get()))
                .filter(entry -> all.stream().noneMatch(entry::isKnownBadAs))
                .findFirst();
    }

    /** Remembers what came of a run. Idempotent. */
    void record(RunRequest request, RunResult result, @CheckForNull Run<?, ?> build) throws IOException {
        synchronized (ReleaseHistory.class) {
            ObjectNode place = MAPPER.createObjectNode().put("node", request.node());
            place.put("stateDirectory", request.stateDirectory());
            write(directory(), "place.json", place.toString());
            if (result.release().isPresent()) {
                HistoryEntry entry = HistoryEntry.of(
                        result.release().get(), build, result.journalHead().orElse(null));
                Optional<HistoryEntry> live = live();
                if (build != null) {
                    ReleasingJobs.get().add(build.getParent().getFullName(), this);
                }
                write(entry.over(find(entry.getId()).orElse(null)));
                if (entry.isRollback() && entry.tookEffect() && live.isPresent()) {
                    markRolledBack(live.get(), entry);
                }
            }
        }
    }

    void jobRenamed(String oldName, String newName) throws IOException {
        synchronized (ReleaseHistory.class) {
            for (HistoryEntry entry : newestFirst()) {
                if (oldName.equals(entry.getJobName())) {
                    write(entry.withJobName(newName));
                }
            }
        }
    }

    /** Going forward again, to a newer release than the live one, speaks against neither. */
    private void markRolledBack(HistoryEntry live, HistoryEntry rollback) throws IOException {
        String restores = rollback.getRestores();
        boolean back = restores != null
                && restores.compareTo(live.getId()) < 0
                && live.getId().compareTo(rollback.getId()) < 0;
        if (back && live.getRolledBackBy() == null) {
            write(live.rolledBackBy(rollback));
        }
    }

    private void write(HistoryEntry entry) throws IOException {
        write(
                directory().resolve("releases"),
                requireName(entry.getId()) + ".json",
                entry.toJson().toPrettyString());
    }

    private static void write(Path directory, String name, String text) throws IOException {
        Path file = Files.createDirectories(directory).resolve(name);
        try (AtomicFileWriter writer = new AtomicFileWriter(file, StandardCharsets.UTF_8)) {
            try {
                writer.write(text);
                writer.commit();
            } finally {
                writer.abort();
            }
        }
    }

    private Stream<Path> list() throws IOException {
        Path releases = directory().resolve("releases");
        return Files.isDirectory(releases)
                ? Files.list(releases).filter(file -> file.toString().endsWith(".json"))
                : Stream.empty();
    }

    private Path directory() {
        return root().resolve(service).resolve(environment);
    }

    private static Path root() {
        return Jenkins.get().getRootDir().toPath().resolve("transparent-deploy").resolve("services");
    }

    private static List<String> names(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (Stream<Path> children = Files.list(directory)) {
            return children.map(child -> child.getFileName().toString())
                    .filter(name -> NAME.matcher(name).matches())
                    .sorted()
                    .toList();
        }
    }

    private static String requireName(String name) {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "'" + name
                            + "' cannot be a name. Use letters, digits, dots, hyphens and underscores, a letter or digit first.");
        }
        return name;
    }
}
