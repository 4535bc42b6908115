package io.jenkins.plugins.transparentdeploy.records;

import com.fasterxml.jackson.databind.ObjectMapper;
import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.util.AtomicFileWriter;
import io.jenkins.plugins.transparentdeploy.agent.ExactJson;
import io.jenkins.plugins.transparentdeploy.agent.Freezes;
import io.jenkins.plugins.transparentdeploy.agent.RunRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import jenkins.model.Jenkins;

/**
 * The releases of one service in one environment, as the controller remembers them: independent of jobs, for two
 * branches are two jobs that share one production, and what is live outlives the job that released it.
 *
 * <pre>
 * transparent-deploy/services/&lt;service&gt;/&lt;environment&gt;/
 *   place.json            the node and state directory where it lives, and whose SSH key its hosts take
 *   freeze.json           whether deployments are taken, and who decided it
 *   releases/&lt;id&gt;.json    one for each release
 *   index.jsonl           what lists show of them: {@link HistoryIndex}
 *   kept.json             the releases whose builds are kept from being discarded
 * </pre>
 *
 * Files appear by a rename; reading needs no lock.
 */
public final class ReleaseHistory {
    private static final Logger LOGGER = Logger.getLogger(ReleaseHistory.class.getName());
    private static final ObjectMapper MAPPER = ExactJson.MAPPER;
    /** The form of names in service files, and of release ids: nothing else becomes part of a path. */
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,99}");

    private static final String PLACE = "place.json";
    private static final String KEPT = "kept.json";
    private static final String FREEZE = "freeze.json";

    private final String service;
    private final String environment;

    private ReleaseHistory(String service, String environment) {
        this.service = service;
        this.environment = environment;
    }

    /** @throws IllegalArgumentException for names that no service or environment can have */
    public static ReleaseHistory of(String service, String environment) {
        return new ReleaseHistory(requireName(service), requireName(environment));
    }

    /** Of all services and environments that are remembered and can be read; the log says of the others why they cannot. */
    public static List<ReleaseHistory> all() {
        try {
            List<ReleaseHistory> all = new ArrayList<>();
            for (String service : names(root())) {
                for (String environment : names(root().resolve(service))) {
                    all.add(new ReleaseHistory(service, environment));
                }
            }
            return all.stream().filter(ReleaseHistory::isReadable).toList();
        } catch (IOException e) {
            throw new UncheckedIOException("The releases of this Jenkins cannot be read", e);
        }
    }

    private boolean isReadable() {
        try {
            index();
            return true;
        } catch (UncheckedIOException e) {
            LOGGER.log(
                    Level.WARNING,
                    e,
                    () -> e.getMessage() + ": " + e.getCause() + ". They are left out, and others are"
                            + " not. Let Jenkins read that file, or restore it from a backup, and then restart Jenkins.");
            return false;
        }
    }

    /** Whether the service has another environment. */
    boolean isElsewhere() {
        try {
            return names(root().resolve(service)).stream().anyMatch(name -> !name.equals(environment));
        } catch (IOException e) {
            throw new UncheckedIOException("The environments of " + service + " cannot be read", e);
        }
    }

    public String getService() {
        return service;
    }

    public String getEnvironment() {
        return environment;
    }

    /** Why no deployments are taken; null if they are, as far as is known here. */
    @CheckForNull
    public Freeze getFreeze() {
        try {
            Path file = directory().resolve(FREEZE);
            Freeze freeze = Files.exists(file) ? Freeze.parse(Files.readString(file)) : null;
            return freeze != null && freeze.isFrozen() ? freeze : null;
        } catch (IOException e) {
            throw new UncheckedIOException("What is known about " + service + "/" + environment + " cannot be read", e);
        }
    }

    /** @param decision the last one, as the host has it: JSON, or nothing if nobody ever decided */
    public void decided(String decision) throws IOException {
        write(directory(), FREEZE, Freeze.parse(decision).toJson());
    }

    /** The host's decisions about deployments; empty if it is not known where it lives. */
    public Optional<Freezes> freezes() {
        return place().map(place -> new Freezes(place.node(), place.stateDirectory(), service, environment));
    }

    public Optional<Place> place() {
        try {
            Path file = directory().resolve(PLACE);
            if (!Files.exists(file)) {
                return Optional.empty();
            }
            return Optional.of(Place.parse(MAPPER.readTree(file.toFile())));
        } catch (IOException e) {
            throw new UncheckedIOException("What is known about " + service + "/" + environment + " cannot be read", e);
        }
    }

    /** All that are remembered, newest first. Reads no record. */
    public Collection<ReleaseSummary> newestFirst() {
        return index().newestFirst();
    }

    /** How many are remembered. */
    public int getCount() {
        return index().size();
    }

    /** A part of {@link #newestFirst}. */
    public List<ReleaseSummary> part(int skip, int limit) {
        return newestFirst().stream().skip(skip).limit(limit).toList();
    }

    /** Full names of the jobs whose builds released this, also of those that are gone by now. */
    public Set<String> jobNames() {
        return index().jobNames();
    }

    /** The record of a release; empty for one that is not remembered. */
    public Optional<HistoryEntry> find(@CheckForNull String id) {
        if (id == null || index().find(id).isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(new HistoryEntry(MAPPER.readTree(record(id).toFile())));
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "Release " + id + " of " + service + "/" + environment + " cannot be read", e);
        }
    }

    public Optional<ReleaseSummary> summary(@CheckForNull String id) {
        return id == null ? Optional.empty() : index().find(id);
    }

    /**
     * The release that serves, as far as is known here. Of a rollback to something that no release here is, such as a rollback
     * point, it is the rollback itself.
     */
    public Optional<ReleaseSummary> live() {
        return newestFirst().stream()
                .filter(ReleaseSummary::tookEffect)
                .findFirst()
                .map(newest ->
                        newest.isRollback() ? summary(newest.getRestores()).orElse(newest) : newest);
    }

    /** For pages. */
    @CheckForNull
    public ReleaseSummary getLiveEntry() {
        return live().orElse(null);
    }

    /** For pages: since when what is live is live, or null if nothing is. A rollback makes it live anew. */
    @CheckForNull
    public ReleaseSummary getBroughtLiveBy() {
        return newestFirst().stream()
                .filter(ReleaseSummary::tookEffect)
                .findFirst()
                .orElse(null);
    }

    /** For pages. */
    public Health getHealth() {
        return Health.of(this);
    }

    /** For pages. */
    public Standing standingOf(ReleaseSummary entry) {
        return Standing.of(
                entry, live().filter(live -> live.getId().equals(entry.getId())).isPresent());
    }

    /** For pages: what a click brings back, or null if it is the state before the first release. */
    @CheckForNull
    public ReleaseSummary getPreviousEntry() {
        return wayBack().orElse(null);
    }

    /** What {@code previous} would bring back now: a release that nobody has decided about yet is given up for what is live. */
    public Optional<ReleaseSummary> wayBack() {
        boolean undecided = newestFirst().stream()
                .findFirst()
                .filter(ReleaseSummary::isUndecided)
                .isPresent();
        return undecided ? live() : previous();
    }

    /**
     * What {@code previous} means, by the rule of the host, which decides: the last good release before the live one that
     * brought another content, none whose content turned out to be bad since; after a rollback that failed, what it was to
     * bring back.
     */
    public Optional<ReleaseSummary> previous() {
        Optional<ReleaseSummary> live = live();
        Optional<ReleaseSummary> newest = newestFirst().stream().findFirst();
        if (newest.isPresent() && newest.get().getState().equals("ROLLBACK_FAILED")) {
            Optional<ReleaseSummary> wanted = summary(newest.get().getRestores());
            return wanted.isPresent() ? wanted : live;
        }
        List<ReleaseSummary> bad =
                newestFirst().stream().filter(ReleaseSummary::isKnownBad).toList();
        return newestFirst().stream()
                .filter(ReleaseSummary::isGood)
                .filter(entry -> live.isEmpty() || entry.isReplacedBy(live.get()))
                .filter(entry -> bad.stream().noneMatch(entry::isProvedBadBy))
                .findFirst();
    }

    /**
     * Remembers what came of a run. Idempotent.
     *
     * @return the ids of the releases about which something is known now that was not known before
     */
    Set<String> record(RunRequest request, HistoryEntry entry) throws IOException {
        synchronized (ReleaseHistory.class) {
            write(Place.after(request, entry.summary(), place().orElse(null)));
            Optional<ReleaseSummary> live = live();
            if (entry.getJobName() != null) {
                ReleasingJobs.get().add(entry.getJobName(), this);
            }
            HistoryEntry merged = entry.over(find(entry.getId()).orElse(null));
            write(merged);
            Set<String> changed = new HashSet<>(Set.of(entry.getId()));
            if (merged.isRollback() && merged.summary().tookEffect() && live.isPresent()) {
                markRolledBack(live.get(), merged);
                changed.add(live.get().getId());
            }
            return changed;
        }
    }

    void agentRenamed(String oldName, String newName) throws IOException {
        synchronized (ReleaseHistory.class) {
            move(place -> place.withNodeRenamed(oldName, newName));
        }
    }

    private void move(UnaryOperator<Place> change) throws IOException {
        Optional<Place> place = place();
        if (place.isPresent() && !place.equals(place.map(change))) {
            write(change.apply(place.get()));
        }
    }

    /** Going forward again, to a newer release than the live one, speaks against neither. */
    private void markRolledBack(ReleaseSummary live, HistoryEntry rollback) throws IOException {
        String restores = rollback.getRestores();
        boolean back = restores != null
                && restores.compareTo(live.getId()) < 0
                && live.getId().compareTo(rollback.getId()) < 0;
        if (back && live.getRolledBackBy() == null) {
            write(find(live.getId()).orElseThrow().rolledBackBy(rollback));
        }
    }

    /** The ids of the releases whose builds are kept for them; empty if that was never noted. */
    Optional<Set<String>> kept() throws IOException {
        Path file = directory().resolve(KEPT);
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        Set<String> ids = new TreeSet<>();
        MAPPER.readTree(file.toFile()).forEach(id -> ids.add(id.asText()));
        return Optional.of(ids);
    }

    void keep(Set<String> ids) throws IOException {
        write(directory(), KEPT, MAPPER.writeValueAsString(new TreeSet<>(ids)));
    }

    private HistoryIndex index() {
        return Histories.get().index(directory());
    }

    private Path record(String id) {
        return directory().resolve("releases").resolve(requireName(id) + ".json");
    }

    private void write(Place place) throws IOException {
        write(directory(), PLACE, place.toJson());
    }

    private void write(HistoryEntry entry) throws IOException {
        Path file = record(entry.getId());
        // First: what cannot be summed up must not be there when the index is made anew.
        ReleaseSummary summary = entry.summary();
        write(
                directory().resolve("releases"),
                entry.getId() + ".json",
                entry.toJson().toPrettyString());
        index().put(summary, file);
    }

    /** Appears by a rename; the directory is made if it is missing. */
    static void write(Path directory, String name, String text) throws IOException {
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

    Path directory() {
        return root().resolve(service).resolve(environment);
    }

    static Path root() {
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
            throw new IllegalArgumentException(Messages.ReleaseHistory_NoName(name));
        }
        return name;
    }
}
