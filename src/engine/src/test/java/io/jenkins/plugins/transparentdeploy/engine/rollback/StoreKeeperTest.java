package io.jenkins.plugins.transparentdeploy.engine.rollback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.transparentdeploy.engine.CorruptStateException;
import io.jenkins.plugins.transparentdeploy.engine.Obstacle;
import io.jenkins.plugins.transparentdeploy.engine.Refusal;
import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import io.jenkins.plugins.transparentdeploy.engine.release.ManagedEnvironment;
import io.jenkins.plugins.transparentdeploy.engine.release.RecordScrub;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseRecord;
import io.jenkins.plugins.transparentdeploy.engine.release.RollbackPoint;
import io.jenkins.plugins.transparentdeploy.engine.release.RollbackPoints;
import io.jenkins.plugins.transparentdeploy.engine.release.StateDirectory;
import io.jenkins.plugins.transparentdeploy.engine.release.StoreKeeper;
import io.jenkins.plugins.transparentdeploy.engine.service.Keeping;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.ContentGoneException;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.ContentId;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.FileEntry;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.PruneReport;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.SnapshotStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is pruned, and what never is. */
class StoreKeeperTest {
    @TempDir
    private Path temporary;

    private Workshop workshop;

    @BeforeEach
    void fiveReleases() throws Exception {
        workshop = new Workshop(temporary).with("target: {directory: @root@/live}\n");
        Files.createDirectories(workshop.path("live"));
        for (int i = 1; i <= 5; i++) {
            run(i);
        }
    }

    @Test
    void theContentOfOldReleasesGoesAndThatOfTheNewestStays() throws Exception {
        PruneReport report = prune(new Keeping(2, Optional.empty(), OptionalLong.empty()));

        assertThat(report.removedObjects()).isPositive();
        assertThatThrownBy(() -> workshop.rollback("1"))
                .isInstanceOf(ContentGoneException.class)
                .hasMessageContaining("missing from the store");
        try (ManagedEnvironment environment = workshop.look()) {
            assertThat(new Previewing(environment).of("1").refusals())
                    .as("said once, before anybody asks for it")
                    .singleElement()
                    .returns(Obstacle.CONTENT_GONE, Refusal::obstacle);
        }
        assertThat(workshop.path("live/app")).hasContent("release 5");
        workshop.rollback("previous");
        assertThat(workshop.path("live/app")).hasContent("release 4");
    }

    @Test
    void whatARollbackGoesToStaysHoweverFewAreKept() throws Exception {
        workshop.rollback("2");

        prune(new Keeping(1, Optional.empty(), OptionalLong.empty()));

        assertThat(workshop.path("live/app")).hasContent("release 2");
        workshop.unfreeze();
        ReleaseRecord back = workshop.rollback("previous");
        assertThat(workshop.path("live/app")).hasContent("release " + back.version());
    }

    /** It might name another manifest than it needs. */
    @Test
    void nothingIsRemovedWhileARecordIsDamaged() throws Exception {
        Path record;
        try (ManagedEnvironment environment = workshop.open()) {
            record = environment
                    .directory()
                    .releaseRecord(environment.history().ids().get(0));
        }
        String text = Files.readString(record);
        int digit = text.indexOf("\"manifest\" : \"") + 14;
        String damaged = text.substring(0, digit) + (text.charAt(digit) == '0' ? '1' : '0') + text.substring(digit + 1);
        Files.writeString(record, damaged);
        try (ManagedEnvironment environment = workshop.open()) {
            assertThat(RecordScrub.damaged(environment.directory()))
                    .singleElement()
                    .asString()
                    .contains(record.toString());
        }

        assertThatThrownBy(() -> prune(new Keeping(1, Optional.empty(), OptionalLong.empty())))
                .isInstanceOf(CorruptStateException.class)
                .hasMessageContaining(record + " cannot be read: it does not match its seal. Restore it");

        Files.writeString(record, text.replace('{', '\u000b'));
        assertThatThrownBy(() -> prune(new Keeping(1, Optional.empty(), OptionalLong.empty())))
                .isInstanceOf(CorruptStateException.class)
                .hasMessageContaining(record.toString());

        Files.writeString(record, text);
        workshop.rollback("1");
        assertThat(workshop.path("live/app")).hasContent("release 1");
    }

    @Test
    void youngOnesStay() throws Exception {
        prune(new Keeping(1, Optional.of(Duration.ofDays(1)), OptionalLong.empty()));

        workshop.rollback("1");
        assertThat(workshop.path("live/app")).hasContent("release 1");
    }

    @Test
    void aQuotaKeepsFewer() throws Exception {
        prune(new Keeping(5, Optional.empty(), OptionalLong.of(1)));

        assertThatThrownBy(() -> workshop.rollback("2")).isInstanceOf(CorruptStateException.class);
        workshop.rollback("previous");
        assertThat(workshop.path("live/app")).hasContent("release 4");
    }

    @Test
    void rollbackPointsGoWithTheirContent() throws Exception {
        RollbackPoint point;
        try (ManagedEnvironment environment = workshop.open()) {
            point = RollbackPoints.take(environment);
        }
        run(6);
        run(7);
        run(8);

        prune(new Keeping(10, Optional.empty(), OptionalLong.empty()));
        assertThat(pointFile(point)).exists();
        prune(new Keeping(1, Optional.empty(), OptionalLong.empty()));

        assertThat(pointFile(point)).doesNotExist();
        try (SnapshotStore store = SnapshotStore.open(workshop.path("state/store"))) {
            assertThat(store.verify().isClean()).isTrue();
        }
    }

    /** What an instance leaves out, because it is its own, is in the release all the same, for whoever promotes it. */
    @Test
    void theWholeContentOfWhatIsKeptStays() throws Exception {
        workshop.with("target: {directory: @root@/live, shared: [\"conf/**\"]}\n");
        workshop.write("live", "conf/settings", "of production");
        for (int i = 6; i <= 8; i++) {
            workshop.write("v" + i, "conf/settings", "of release " + i);
            run(i);
        }

        prune(new Keeping(2, Optional.empty(), OptionalLong.empty()));

        try (ManagedEnvironment environment = workshop.open()) {
            List<ReleaseRecord> newest = environment.history().newest(3);
            assertThat(isWhole(environment, newest.get(0))).isTrue();
            assertThat(isWhole(environment, newest.get(1))).isTrue();
            assertThat(isWhole(environment, newest.get(2))).isFalse();
        }
    }

    /** In a record, names that somebody chose stand beside those that mean something. */
    @Test
    void aServiceMayCallThingsManifest() throws Exception {
        workshop.with(
                """
                target: {directory: @root@/live}
                process: {reload: ["true"], environment: {manifest: "v1.json"}}
                instances: {manifest: {}}
                """);
        run(6);
        run(7);

        prune(new Keeping(1, Optional.empty(), OptionalLong.empty()));

        workshop.rollback("previous");
        assertThat(workshop.path("live/app")).hasContent("release 6");
    }

    @Test
    void retentionInTheServiceFileIsThatOfItsEnvironment() throws Exception {
        StoreKeeper keeper = new StoreKeeper(StateDirectory.open(workshop.path("state")), Clock.systemUTC());
        assertThat(keeper.pruneAsDescribed()).isEmpty();
        workshop.named("other").with("target: {directory: @root@/other}\n");
        Files.createDirectories(workshop.path("other"));
        try (ManagedEnvironment other = workshop.open()) {
            new AutoRollback(other).run(workshop.write("v9", "app", "release 9"), Workshop.request("9"));
        }
        workshop.named("test").with("target: {directory: @root@/live}\nretention: {releases: 2}\n");
        run(6);

        assertThat(keeper.pruneAsDescribed().values())
                .singleElement()
                .satisfies(report -> assertThat(report.removedObjects()).isPositive());

        assertThatThrownBy(() -> workshop.rollback("2")).isInstanceOf(CorruptStateException.class);
        workshop.rollback("previous");
        assertThat(workshop.path("live/app")).hasContent("release 5");
        workshop.named("other").with("target: {directory: @root@/other}\n");
        try (ManagedEnvironment other = workshop.open()) {
            assertThat(other.history().ids()).allSatisfy(id -> assertThat(
                            isWhole(other, other.history().find(id).orElseThrow()))
                    .isTrue());
        }
    }

    private static boolean isWhole(ManagedEnvironment environment, ReleaseRecord record) throws IOException {
        SnapshotStore store = environment.stores().iterator().next();
        ContentId manifest = record.content().orElseThrow().manifest();
        if (!store.objects().contains(manifest)) {
            return false;
        }
        for (FileEntry file : store.load(manifest).files()) {
            store.objects().verify(file.content());
        }
        return true;
    }

    /** Two state directories may share the store beside a target. */
    @Test
    void anotherStateDirectoryIsAskedOrMissed() throws Exception {
        Path other = workshop.path("other state");
        try (SnapshotStore store = SnapshotStore.open(workshop.path("state/store"))) {
            store.register(other);
            store.register(other);
        }

        assertThatThrownBy(() -> prune(new Keeping(1, Optional.empty(), OptionalLong.empty())))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining(other.toString());
        workshop.rollback("1");

        // Where a volume would be mounted is a directory, too.
        Files.createDirectories(other);
        assertThatThrownBy(() -> prune(new Keeping(1, Optional.empty(), OptionalLong.empty())))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining(other.toString());

        Files.createDirectories(other.resolve("services"));
        prune(new Keeping(1, Optional.empty(), OptionalLong.empty()));
    }

    /** Its name is the digest of what it says; a damaged one may not hide whoever needs the store. */
    @Test
    void aDamagedNoteOfAStateDirectoryKeepsEverythingUntilItIsWrittenAnew() throws Exception {
        Path note;
        try (Stream<Path> notes = Files.list(workshop.path("state/store/users"))) {
            note = notes.findFirst().orElseThrow();
        }
        Files.writeString(note, temporary.toString());

        assertThatThrownBy(() -> prune(new Keeping(1, Optional.empty(), OptionalLong.empty())))
                .isInstanceOf(CorruptStateException.class)
                .hasMessageContaining(note.toString());

        workshop.rollback("1");
        prune(new Keeping(1, Optional.empty(), OptionalLong.empty()));
        assertThat(note).hasContent(workshop.path("state").toString());
    }

    private ReleaseRecord run(int number) throws Exception {
        Path artifact = workshop.write("v" + number, "app", "release " + number, "same", "in all");
        try (ManagedEnvironment environment = workshop.open()) {
            return new AutoRollback(environment).run(artifact, Workshop.request(Integer.toString(number)));
        }
    }

    private PruneReport prune(Keeping keeping) throws IOException {
        Map<Path, PruneReport> reports =
                new StoreKeeper(StateDirectory.open(workshop.path("state")), Clock.systemUTC()).prune(keeping);
        assertThat(reports).containsOnlyKeys(workshop.path("state/store"));
        return reports.values().iterator().next();
    }

    private Path pointFile(RollbackPoint point) {
        return workshop.path("state/services/shop/test/rollback-points/" + point.id() + ".json");
    }
}
