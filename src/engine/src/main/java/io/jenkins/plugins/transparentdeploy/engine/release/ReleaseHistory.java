package io.jenkins.plugins.transparentdeploy.engine.release;

import io.jenkins.plugins.transparentdeploy.engine.CorruptStateException;
import io.jenkins.plugins.transparentdeploy.engine.Json;
import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import io.jenkins.plugins.transparentdeploy.engine.storage.DurableFiles;
import io.jenkins.plugins.transparentdeploy.engine.storage.SealedJson;
import io.jenkins.plugins.transparentdeploy.engine.strategy.Slot;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** The releases of one service in one environment, newest first. Reading needs no lock; writing needs the environment's. */
public final class ReleaseHistory {
    private static final Set<ReleaseState> UNTOUCHED =
            EnumSet.of(ReleaseState.PREPARED, ReleaseState.SNAPSHOTTED, ReleaseState.ABANDONED);

    private final EnvironmentDirectory directory;
    private final ReleaseIndex index;

    public ReleaseHistory(EnvironmentDirectory directory) {
        this.directory = directory;
        this.index = new ReleaseIndex(directory);
    }

    /** Makes finding releases fast again, if it is not. For whoever holds the environment's lock. */
    void tidy() throws IOException {
        index.tidy(ids(), this::find);
    }

    /** Those of which the index says so, newest first; what it does not know is read. */
    private Iterable<ReleaseId> ids(Predicate<ReleaseSummary> wanted) throws IOException {
        List<ReleaseId> all = ids();
        return () -> all.stream()
                .filter(id -> remembered(id).filter(wanted).isPresent())
                .iterator();
    }

    private Optional<ReleaseSummary> remembered(ReleaseId id) {
        try {
            return index.find(id, this::find);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Up to that many records that are older than another one, newest first. */
    public List<ReleaseRecord> olderThan(ReleaseId id, int most) throws IOException {
        return read(ids().stream()
                .filter(candidate -> candidate.compareTo(id) < 0)
                .limit(most)
                .toList());
    }

    /** Ids of all releases, newest first, without reading their records. */
    public List<ReleaseId> ids() throws IOException {
        return ids(directory.releases(), "");
    }

    /** Ids of all rollback points, oldest first. */
    List<ReleaseId> rollbackPointIds() throws IOException {
        return ids(directory.rollbackPoints(), ".json").stream().sorted().toList();
    }

    private static List<ReleaseId> ids(Path parent, String suffix) throws IOException {
        try (Stream<Path> children = Files.list(parent)) {
            return children.map(child -> child.getFileName().toString())
                    .filter(name -> name.endsWith(suffix))
                    .map(name -> name.substring(0, name.length() - suffix.length()))
                    .filter(ReleaseId::isValid)
                    .map(ReleaseId::new)
                    .sorted(Comparator.reverseOrder())
                    .toList();
        } catch (NoSuchFileException e) {
            return List.of();
        }
    }

    /** An id for a release that begins now: the newest, whatever the clock says. */
    ReleaseId nextId(Clock clock) throws IOException {
        List<ReleaseId> ids = ids();
        return ids.isEmpty() ? ReleaseId.next(clock) : ReleaseId.next(clock, ids.get(0));
    }

    /** Up to that many records, newest first. */
    public List<ReleaseRecord> newest(int most) throws IOException {
        return read(ids().stream().limit(most).toList());
    }

    private List<ReleaseRecord> read(Iterable<ReleaseId> ids) throws IOException {
        List<ReleaseRecord> records = new ArrayList<>();
        for (ReleaseId id : ids) {
            find(id).ifPresent(records::add);
        }
        return records;
    }

    /**
     * One record.
     *
     * @return empty when there is none of that id, or when the release was never accepted
     * @throws CorruptStateException when it cannot be read
     */
    public Optional<ReleaseRecord> find(ReleaseId id) throws IOException {
        return SealedJson.read(directory.releaseRecord(id), ReleaseRecord.class);
    }

    /** One rollback point. */
    public Optional<RollbackPoint> rollbackPoint(ReleaseId id) throws IOException {
        return SealedJson.read(directory.rollbackPoint(id), RollbackPoint.class);
    }

    /** The newest release whose process has not come to an end: running, held, or interrupted. */
    public Optional<ReleaseRecord> unfinished() throws IOException {
        return newest(1).stream().filter(record -> !record.state().isFinal()).findFirst();
    }

    /** The record that last took effect. For a rollback, {@link #content} names the release that it brought back. */
    public Optional<ReleaseRecord> live() throws IOException {
        for (ReleaseId id : ids(ReleaseSummary::tookEffect)) {
            Optional<ReleaseRecord> record = find(id).filter(ReleaseRecord::tookEffect);
            if (record.isPresent()) {
                return record;
            }
        }
        return Optional.empty();
    }

    /** The release whose content a record stands for: itself, or what a rollback brought back, be it by way of another. */
    public ReleaseRecord content(ReleaseRecord record) throws IOException {
        ReleaseRecord content = record;
        while (content.kind() == ReleaseKind.ROLLBACK) {
            ReleaseId later = content.id();
            Optional<ReleaseRecord> restored =
                    content.restores().isPresent() ? find(content.restores().get()) : Optional.empty();
            // What came back is older than what brought it back; a record that says otherwise leads nowhere.
            if (restored.filter(found -> found.id().compareTo(later) < 0).isEmpty()) {
                return record;
            }
            content = restored.get();
        }
        return content;
    }

    /** The newest release that has changed anything; one that has not begun, or was abandoned, left all as it was. */
    Optional<ReleaseRecord> newestThatActed() throws IOException {
        for (ReleaseId id : ids()) {
            Optional<ReleaseRecord> record = find(id).filter(found -> !UNTOUCHED.contains(found.state()));
            if (record.isPresent()) {
                return record;
            }
        }
        return Optional.empty();
    }

    /** Of the releases since the last that brought every instance to its state, those that may have left something open. */
    List<ReleaseRecord> unsettled() throws IOException {
        Deque<ReleaseRecord> unsettled = new ArrayDeque<>();
        for (ReleaseId id : ids()) {
            Optional<ReleaseRecord> record = find(id);
            if (record.isPresent() && record.get().mayHaveLeftOperationsOpen()) {
                unsettled.addFirst(record.get());
            } else if (record.filter(ReleaseRecord::tookEffect).isPresent()
                    && record.get().leftOut().isEmpty()) {
                break;
            }
        }
        return List.copyOf(unsettled);
    }

    /** The release that an instance was last left with, whether it serves now or not; empty before the first. */
    Optional<ReleaseRecord> occupant(String instance) throws IOException {
        for (ReleaseId id : ids()) {
            Optional<ReleaseRecord> record = find(id).filter(ReleaseRecord::tookEffect)
                    .filter(found -> found.slot().isEmpty()
                            || found.slot().get().instances().contains(instance));
            if (record.isPresent()) {
                return Optional.of(content(record.get()));
            }
        }
        return Optional.empty();
    }

    /** The last rollback, by itself or by hand, if it failed and nothing has succeeded since: nobody knows what is live. */
    public Optional<ReleaseRecord> broken() throws IOException {
        return newestThatActed().filter(record -> record.state() == ReleaseState.ROLLBACK_FAILED);
    }

    /** What the rollback that failed was to bring back; empty when none did. */
    Optional<Restorable> owed() throws IOException {
        Optional<ReleaseRecord> broken = broken();
        if (broken.isEmpty()) {
            return Optional.empty();
        }
        if (broken.get().restores().isPresent()) {
            return Optional.of(restorable(broken.get().restores().get().value()));
        }
        Optional<RollbackPoint> point = broken.get().before().isPresent()
                ? rollbackPoint(broken.get().before().get())
                : Optional.empty();
        if (point.isEmpty()) {
            return Optional.empty();
        }
        Optional<ReleaseRecord> release =
                point.get().release().isPresent() ? find(point.get().release().get()) : Optional.empty();
        return Optional.of(
                release.isPresent()
                        ? new Restorable(
                                release.get().id(),
                                release.get().version(),
                                point.get().at(),
                                point.get().instances(),
                                release.get().slot(),
                                true)
                        : Restorable.of(point.get(), Optional.empty()));
    }

    /** What 'previous' means: the newest good release, older than the live one, with another content. */
    public Optional<ReleaseRecord> previousGood() throws IOException {
        Optional<ReleaseRecord> live = live();
        Optional<ReleaseRecord> broken = broken();
        if (broken.isPresent()) {
            // What it was about to bring back; a rollback by hand had been asked for something else than what was live.
            Optional<ReleaseRecord> wanted = broken.get().restores().isPresent()
                    ? find(broken.get().restores().get())
                    : Optional.empty();
            return wanted.isPresent() || live.isEmpty() ? wanted : Optional.of(content(live.get()));
        }
        if (live.isEmpty()) {
            return Optional.empty();
        }
        ReleaseRecord current = content(live.get());
        List<ReleaseRecord> bad = knownBad();
        for (ReleaseId id : ids(ReleaseSummary::good)) {
            if (id.compareTo(current.id()) < 0) {
                Optional<ReleaseRecord> candidate = find(id).filter(ReleaseRecord::isGood)
                        .filter(record -> !record.servesTheSameAs(current))
                        .filter(record -> bad.stream().noneMatch(since(record)));
                if (candidate.isPresent()) {
                    return candidate;
                }
            }
        }
        return Optional.empty();
    }

    /**
     * The same content may have been released twice: what turned out to be bad later was bad before, but what was released
     * again on purpose, and was good then, is good.
     */
    private static Predicate<ReleaseRecord> since(ReleaseRecord record) {
        return bad -> bad.id().compareTo(record.id()) > 0 && bad.servesTheSameAs(record);
    }

    private List<ReleaseRecord> knownBad() throws IOException {
        return read(ids(ReleaseSummary::knownBad)).stream()
                .filter(record -> record.knownBad().isPresent())
                .toList();
    }

    /**
     * What can be brought back under that name.
     *
     * @param name {@code previous}, the id of a release, the id of a rollback point, or a version
     * @throws RefusedException when there is no such thing
     */
    public Restorable restorable(String name) throws IOException {
        if (name.equals("previous")) {
            Optional<ReleaseId> owed = broken().flatMap(ReleaseRecord::restores);
            if (owed.isPresent() && find(owed.get()).isEmpty()) {
                // A rollback point is no release, but what that was to bring back.
                return restorable(owed.get().value());
            }
            return Restorable.of(previousGood()
                    .orElseThrow(() -> new RefusedException(
                            "There is no earlier good release with another content to roll back to",
                            "Bring a certain one back with --to; 'tdeploy history' shows what there is")));
        }
        if (ReleaseId.isValid(name)) {
            ReleaseId id = new ReleaseId(name);
            Optional<ReleaseRecord> record = find(id).filter(r -> !r.instances().isEmpty());
            if (record.isPresent()) {
                return Restorable.of(record.get());
            }
            Optional<RollbackPoint> point = rollbackPoint(id);
            if (point.isPresent()) {
                Optional<ReleaseRecord> live = point.get().release().isPresent()
                        ? find(point.get().release().get())
                        : Optional.empty();
                return Restorable.of(point.get(), live.flatMap(ReleaseRecord::slot));
            }
        }
        Optional<ReleaseRecord> named = newestOf(name, ReleaseRecord::isGood);
        if (named.isEmpty()) {
            // One that is known to be bad comes back when somebody asks for it by name.
            named = newestOf(name, record -> record.kind() != ReleaseKind.ROLLBACK && record.tookEffect());
        }
        if (named.isPresent()) {
            return Restorable.of(named.get());
        }
        Optional<ReleaseRecord> undone = newestOf(name, record -> record.kind() != ReleaseKind.ROLLBACK);
        if (undone.isPresent()) {
            throw new RefusedException(
                    "The release '" + name + "' was never live: it is "
                            + undone.get().state(),
                    "Release it again, or give another version from 'tdeploy history'");
        }
        throw new RefusedException(
                "There is no release or rollback point '" + name + "'",
                "Give 'previous', an id or a version from 'tdeploy history'");
    }

    private Optional<ReleaseRecord> newestOf(String version, Predicate<ReleaseRecord> wanted) throws IOException {
        for (ReleaseId id : ids(summary -> summary.version().equals(version))) {
            Optional<ReleaseRecord> record =
                    find(id).filter(found -> found.version().equals(version)).filter(wanted);
            if (record.isPresent()) {
                return record;
            }
        }
        return Optional.empty();
    }

    void write(ReleaseRecord record) throws IOException {
        DurableFiles.createDirectories(directory.release(record.id()));
        SealedJson.write(directory.releaseRecord(record.id()), record);
        index.written(record);
    }

    void write(RollbackPoint point) throws IOException {
        DurableFiles.createDirectories(directory.rollbackPoints());
        SealedJson.write(directory.rollbackPoint(point.id()), point);
    }

    static void writeJson(Path file, Object value) throws IOException {
        DurableFiles.write(file, Json.MAPPER.writerWithDefaultPrettyPrinter().writeValueAsBytes(value));
    }

    /**
     * The managed state of each instance that a name stands for.
     *
     * @param at when it came to be
     * @param slot the instances that served alone then; empty when all did
     */
    public record Restorable(
            ReleaseId id,
            String version,
            Instant at,
            Map<String, InstanceState> instances,
            Optional<Slot> slot,
            boolean isRelease) {
        static Restorable of(ReleaseRecord record) {
            return new Restorable(
                    record.id(), record.version(), record.changedAt(), record.instances(), record.slot(), true);
        }

        static Restorable of(RollbackPoint point, Optional<Slot> slot) {
            return new Restorable(point.id(), "as of " + point.at(), point.at(), point.instances(), slot, false);
        }

        /** The instance with the content that this one is to have: itself, or, if it did not serve then, one that did. */
        String servedBy(String instance) {
            return slot.isEmpty() || slot.get().instances().contains(instance)
                    ? instance
                    : slot.get().instances().get(0);
        }
    }
}
