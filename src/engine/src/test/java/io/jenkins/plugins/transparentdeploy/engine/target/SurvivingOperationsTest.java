package io.jenkins.plugins.transparentdeploy.engine.target;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.transparentdeploy.engine.journal.FileOperations;
import io.jenkins.plugins.transparentdeploy.engine.journal.Operation.CreateEntry;
import io.jenkins.plugins.transparentdeploy.engine.journal.Operation.FileOperation;
import io.jenkins.plugins.transparentdeploy.engine.journal.Operation.UpdateEntry;
import io.jenkins.plugins.transparentdeploy.engine.journal.Replay;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.ContentId;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.DirectoryEntry;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.FileEntry;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.FileMode;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.Manifest;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.ManifestArbitraries;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.ManifestEntry;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.Owner;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.SymlinkEntry;
import java.time.Instant;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class SurvivingOperationsTest {
    private static final String INSTANCE = "app-1";

    @Provide
    Arbitrary<Manifest> manifests() {
        return ManifestArbitraries.manifests();
    }

    @Property(tries = 100, edgeCases = EdgeCasesMode.NONE)
    void whateverAProcessGotDoneAddsUpToWhatIsThere(
            @ForAll("manifests") Manifest before, @ForAll("manifests") Manifest after) {
        List<FileOperation> operations = FileOperations.between(INSTANCE, before, after);
        for (int done = 0; done <= operations.size(); done++) {
            Manifest live = Replay.apply(before, operations.subList(0, done));
            assertAddsUp(before, operations, live);
        }
        assertThat(SurvivingOperations.among(operations, after).cardinality()).isEqualTo(operations.size());
    }

    @Property(tries = 300, edgeCases = EdgeCasesMode.NONE)
    void whateverAPowerCutTookTheRestAddsUpToWhatIsThere(
            @ForAll("manifests") Manifest before, @ForAll("manifests") Manifest after, @ForAll long seed) {
        List<FileOperation> operations = FileOperations.between(INSTANCE, before, after);
        Random random = new Random(seed);
        List<FileOperation> done = operations.subList(0, random.nextInt(operations.size() + 1));
        assertAddsUp(before, operations, withoutSome(before, done, random));
    }

    @Example
    void aDirectoryThatWasOpenedAndClosedAgainWasChanged() {
        DirectoryEntry closed = new DirectoryEntry("lib", new FileMode(0555), Owner.UNKNOWN);
        DirectoryEntry opened = closed.withMode(new FileMode(0755));
        ManifestEntry link = new SymlinkEntry("lib/new", "x");
        List<FileOperation> operations = List.of(
                new UpdateEntry(INSTANCE, closed, opened),
                new CreateEntry(INSTANCE, link),
                new UpdateEntry(INSTANCE, opened, closed));

        assertThat(SurvivingOperations.among(operations, Manifest.of(List.of(closed, link))))
                .as("all done")
                .isEqualTo(first(3));
        assertThat(SurvivingOperations.among(operations, Manifest.of(List.of(opened, link))))
                .isEqualTo(first(2));
        assertThat(SurvivingOperations.among(operations, Manifest.of(List.of(closed))))
                .as("nothing done")
                .isEqualTo(first(0));
    }

    /** Its rename was durable, its mode was not yet what it should be. */
    @Example
    void whatIsThereInHalfIsThere() {
        DirectoryEntry wanted = new DirectoryEntry("lib", new FileMode(0555), Owner.UNKNOWN);
        Manifest live = Manifest.of(List.of(wanted.withMode(new FileMode(0755))));

        assertThat(SurvivingOperations.among(List.of(new CreateEntry(INSTANCE, wanted)), live))
                .isEqualTo(first(1));
    }

    /** The time was set and the mode was not, or the other way round. */
    @Example
    void aFileWhoseAttributesAreHalfSetIsWhatItsContentSays() {
        Instant then = Instant.parse("2026-01-01T00:00:00Z");
        FileEntry before = file(new FileMode(0644), then);
        FileEntry after = file(new FileMode(0755), then.plusSeconds(1));
        List<FileOperation> operations = List.of(new UpdateEntry(INSTANCE, before, after));

        assertThat(SurvivingOperations.among(operations, Manifest.of(List.of(file(before.mode(), after.modified())))))
                .as("it cannot be executed")
                .isEqualTo(first(0));
        assertThat(SurvivingOperations.among(operations, Manifest.of(List.of(file(after.mode(), before.modified())))))
                .as("it can be executed")
                .isEqualTo(first(1));
    }

    private static FileEntry file(FileMode mode, Instant modified) {
        return new FileEntry("run", mode, modified, Owner.UNKNOWN, 1, ContentId.of(new byte[] {1}));
    }

    private static BitSet first(int count) {
        BitSet bits = new BitSet();
        bits.set(0, count);
        return bits;
    }

    private static void assertAddsUp(Manifest before, List<FileOperation> operations, Manifest live) {
        List<FileOperation> survived = SurvivingOperations.among(operations, live).stream()
                .mapToObj(operations::get)
                .toList();
        assertThat(Replay.apply(before, survived)).isEqualTo(live);
    }

    /** Takes back what was done to some paths, where what is left is a tree. */
    private static Manifest withoutSome(Manifest before, List<FileOperation> done, Random random) {
        Map<String, Optional<ManifestEntry>> original = new LinkedHashMap<>();
        done.forEach(operation -> original.putIfAbsent(operation.path(), operation.entryBefore()));
        List<String> paths = new ArrayList<>(original.keySet());
        Collections.shuffle(paths, random);
        Manifest live = Replay.apply(before, done);
        for (String path : paths.subList(0, (paths.size() + 1) / 2)) {
            List<ManifestEntry> entries = new ArrayList<>(live.entries());
            entries.removeIf(entry -> entry.path().equals(path));
            original.get(path).ifPresent(entries::add);
            try {
                live = Manifest.of(entries);
            } catch (IllegalArgumentException noTree) {
                continue;
            }
        }
        return live;
    }
}
