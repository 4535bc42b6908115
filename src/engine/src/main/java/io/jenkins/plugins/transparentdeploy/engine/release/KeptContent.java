package io.jenkins.plugins.transparentdeploy.engine.release;

import com.fasterxml.jackson.databind.JsonNode;
import io.jenkins.plugins.transparentdeploy.engine.service.Keeping;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.ContentId;
import io.jenkins.plugins.transparentdeploy.engine.storage.DurableFiles;
import io.jenkins.plugins.transparentdeploy.engine.storage.SealedJson;
import io.jenkins.plugins.transparentdeploy.engine.storage.Sha256;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What the records of one environment need of the stores. Records themselves stay for ever; what is not kept is their
 * content, and rollback points, which are nothing without it.
 */
final class KeptContent {
    private static final String MANIFEST = "manifest";
    private static final String RECORDS = ".json";

    private final EnvironmentDirectory directory;
    private final ReleaseHistory history;
    private final Keeping keeping;
    private final Instant now;
    private final Set<ReleaseId> kept = new HashSet<>();
    private final Set<ContentId> manifests = new HashSet<>();

    KeptContent(EnvironmentDirectory directory, Keeping keeping, Clock clock) {
        this.directory = directory;
        this.history = new ReleaseHistory(directory);
        this.keeping = keeping;
        this.now = clock.instant();
    }

    /** Manifests that are needed. */
    Set<ContentId> manifests() throws IOException {
        chooseReleases();
        List<Path> records = new ArrayList<>(recordsIn(directory.root(), 1));
        // What a target remembers of what it made live.
        records.addAll(recordsIn(directory.instances(), 2));
        for (ReleaseId id : kept) {
            records.addAll(recordsIn(directory.release(id), 1));
        }
        for (ReleaseId point : keptPoints()) {
            records.add(directory.rollbackPoint(point));
        }
        for (Path record : records) {
            // A damaged one might name another manifest than it needs, which would be removed then.
            SealedJson.read(record, JsonNode.class).ifPresent(this::collect);
        }
        return manifests;
    }

    /** Removes the rollback points that are not kept, before their content is. */
    void removeExpiredPoints() throws IOException {
        if (kept.isEmpty()) {
            chooseReleases();
        }
        Set<ReleaseId> points = keptPoints();
        boolean removed = false;
        for (ReleaseId id : points()) {
            if (!points.contains(id)) {
                Files.deleteIfExists(directory.rollbackPoint(id));
                removed = true;
            }
        }
        if (removed) {
            DurableFiles.fsyncDirectory(directory.rollbackPoints());
        }
    }

    private void chooseReleases() throws IOException {
        List<ReleaseId> newestFirst = history.ids();
        kept.addAll(newestFirst.subList(0, Math.min(keeping.releases(), newestFirst.size())));
        for (Optional<ReleaseRecord> needed : List.of(
                history.live(),
                history.previousGood(),
                history.unfinished(),
                history.broken(),
                history.newestThatActed())) {
            if (needed.isPresent()) {
                kept.add(needed.get().id());
                kept.add(history.content(needed.get()).id());
            }
        }
        history.owed().ifPresent(owed -> kept.add(owed.id()));
        for (ReleaseId id : newestFirst) {
            if (isYoung(directory.releaseRecord(id))) {
                kept.add(id);
            }
        }
    }

    private Set<ReleaseId> keptPoints() throws IOException {
        List<ReleaseId> newestFirst = points();
        Set<ReleaseId> points = new HashSet<>(newestFirst.subList(0, Math.min(keeping.releases(), newestFirst.size())));
        for (ReleaseId id : kept) {
            history.find(id)
                    .flatMap(ReleaseRecord::before)
                    .filter(newestFirst::contains)
                    .ifPresent(points::add);
        }
        for (ReleaseId id : newestFirst) {
            if (kept.contains(id) || isYoung(directory.rollbackPoint(id))) {
                points.add(id);
            }
        }
        return points;
    }

    private List<ReleaseId> points() throws IOException {
        return recordsIn(directory.rollbackPoints(), 1).stream()
                .map(path -> path.getFileName().toString())
                .map(name -> name.substring(0, name.length() - RECORDS.length()))
                .filter(ReleaseId::isValid)
                .map(ReleaseId::new)
                .sorted(java.util.Comparator.reverseOrder())
                .toList();
    }

    private boolean isYoung(Path record) throws IOException {
        return keeping.age().isPresent()
                && Files.exists(record)
                && Files.getLastModifiedTime(record)
                        .toInstant()
                        .isAfter(now.minus(keeping.age().get()));
    }

    /** Whatever a record says of manifests, in whatever part of it; an instance, or a variable, may be called so, too. */
    private void collect(JsonNode node) {
        JsonNode value = node.path(MANIFEST);
        if (value.isTextual() && Sha256.isSpelling(value.textValue())) {
            manifests.add(new ContentId(value.textValue()));
        }
        node.forEach(this::collect);
    }

    private static List<Path> recordsIn(Path directory, int depth) throws IOException {
        try (Stream<Path> files = Files.walk(directory, depth)) {
            return files.filter(file -> file.getFileName().toString().endsWith(RECORDS))
                    .toList();
        } catch (NoSuchFileException none) {
            return List.of();
        }
    }
}
