package io.jenkins.plugins.transparentdeploy.engine.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.transparentdeploy.engine.CorruptStateException;
import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import io.jenkins.plugins.transparentdeploy.engine.journal.JournalFiles;
import io.jenkins.plugins.transparentdeploy.engine.journal.JournalReport;
import io.jenkins.plugins.transparentdeploy.engine.release.Drifts;
import io.jenkins.plugins.transparentdeploy.engine.release.ManagedEnvironment;
import io.jenkins.plugins.transparentdeploy.engine.release.ManagedInstance;
import io.jenkins.plugins.transparentdeploy.engine.release.RecordScrub;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseId;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseRecord;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseRun;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseState;
import io.jenkins.plugins.transparentdeploy.engine.rollback.Recovery;
import io.jenkins.plugins.transparentdeploy.engine.rollback.Workshop;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.FileEntry;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.Manifest;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.ManifestEntry;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.ScrubReport;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.SnapshotStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Lets the engine loose on a world that something happened to, and asserts that it finds its way. */
final class Inspection {
    private final Scenario scenario;
    private final Map<String, String> before;
    private final Map<String, String> after;
    private final Map<String, String> unmanaged;

    /**
     * @param before content root of each instance before
     * @param after content root of each instance when nothing happens
     * @param unmanaged content of files that must be as they were, by path in the world
     */
    Inspection(
            Scenario scenario, Map<String, String> before, Map<String, String> after, Map<String, String> unmanaged) {
        this.scenario = scenario;
        this.before = before;
        this.after = after;
        this.unmanaged = unmanaged;
    }

    /** @param acknowledged what somebody was told; the last of it last */
    void inspect(List<Acknowledgement> acknowledged) throws IOException {
        inspect(acknowledged, new JournalSum(false));
    }

    private void inspect(List<Acknowledgement> acknowledged, JournalSum journal) throws IOException {
        Map<String, String> now;
        try (ManagedEnvironment environment = scenario.workshop().open()) {
            recover(environment);
            now = Workshop.contentRoots(environment.capture());
            managedPathsAreAtAKnownState(environment, now);
            whatWasAcknowledgedIsTrue(environment, acknowledged, now);
            journal.require(environment, acknowledged, now);
            nothingInTheStoreIsDamaged(environment);
            everythingReleasedCanComeBack(environment);
            scenario.requireWholeIfThere(environment);
            if (!acknowledged.isEmpty()) {
                scenario.requireAcknowledged(environment);
            }
        }
        unmanagedFilesAreUntouched();
        scenario.doAgain();
        lifeGoesOn(journal);
    }

    /**
     * For a world in which a file of the engine's is damaged: that is found and said, with a cure, and what is live is left
     * alone; or it does not matter.
     *
     * @param known what the engine said when nothing was damaged
     */
    void inspectDamaged(Stage.Knowledge known) throws IOException {
        String live = Disk.read(World.current().root()).fingerprint("live");
        JournalReport journal = JournalFiles.verify(scenario.journal());
        boolean found;
        try (ManagedEnvironment environment = scenario.workshop().open()) {
            found = !journal.intact()
                    | storeIsDamaged(environment)
                    | !RecordScrub.damaged(environment.directory()).isEmpty()
                    | scenario.hasDamaged(environment);
            for (ReleaseId id : environment.history().ids()) {
                environment.history().find(id);
            }
            if (!found) {
                assertThat(Stage.Knowledge.of(environment))
                        .as("what is known of the environment")
                        .isEqualTo(known);
            }
            new Recovery(environment).recover();
        } catch (CorruptStateException | RefusedException said) {
            requireProblemAndCure(said);
            assertThat(Disk.read(World.current().root()).fingerprint("live"))
                    .as("what is live, after: " + said.getMessage())
                    .isEqualTo(live);
            return;
        }
        if (!found) {
            inspect(List.of(), new JournalSum(journal.status() == JournalReport.Status.TORN));
        }
    }

    static void requireProblemAndCure(RuntimeException said) {
        assertThat(said.getMessage()).as("a problem, and a cure").containsPattern("\\. \\S.*\\.$");
    }

    private static boolean storeIsDamaged(ManagedEnvironment environment) throws IOException {
        boolean damaged = false;
        for (SnapshotStore store : environment.stores()) {
            damaged |= !store.verify().isClean();
        }
        return damaged;
    }

    private void recover(ManagedEnvironment environment) throws IOException {
        new Recovery(environment).recover();
        Optional<ReleaseRecord> newest =
                environment.history().newest(1).stream().findFirst();
        if (newest.isPresent() && newest.get().state() == ReleaseState.ROLLBACK_FAILED) {
            // Somebody is needed then, and this is what they do.
            assertThat(scenario.rollback(environment).state()).isEqualTo(ReleaseState.ROLLED_BACK);
        }
    }

    private void managedPathsAreAtAKnownState(ManagedEnvironment environment, Map<String, String> now)
            throws IOException {
        assertThat(now).as("the managed paths").isIn(before, after);
        assertThat(Drifts.find(environment)).as("drift").isEmpty();
        Optional<ReleaseRecord> live = environment.history().live();
        if (live.isPresent()) {
            assertThat(now)
                    .as("the managed paths, by " + live.get().id())
                    .isEqualTo(Workshop.contentRoots(live.get().instances()));
        }
    }

    private void whatWasAcknowledgedIsTrue(
            ManagedEnvironment environment, List<Acknowledgement> acknowledged, Map<String, String> now)
            throws IOException {
        for (Acknowledgement each : acknowledged) {
            assertThat(environment.history().find(each.record().id()).map(ReleaseRecord::state))
                    .as("the record of " + each.record().id())
                    .contains(each.record().state());
            JournalReport journal = JournalFiles.verify(environment.directory().journal(), each.head());
            assertThat(journal.intact()).as(journal.problem()).isTrue();
        }
        if (!acknowledged.isEmpty()) {
            ReleaseRecord last = acknowledged.get(acknowledged.size() - 1).record();
            if (last.tookEffect()) {
                assertThat(now)
                        .as("what " + last.id() + " was said to have brought")
                        .isEqualTo(Workshop.contentRoots(last.instances()));
            }
        }
    }

    private static void nothingInTheStoreIsDamaged(ManagedEnvironment environment) throws IOException {
        for (SnapshotStore store : environment.stores()) {
            ScrubReport report = store.verify();
            assertThat(report.isClean()).as(report.toString()).isTrue();
        }
    }

    private void everythingReleasedCanComeBack(ManagedEnvironment environment) throws IOException {
        for (ReleaseRecord record : scenario.canComeBack(environment.history())) {
            Map<String, Manifest> manifests = ReleaseRun.manifests(environment, record.instances());
            for (ManagedInstance instance : environment.instances()) {
                requireContent(instance, manifests.get(instance.name()));
            }
        }
    }

    private static void requireContent(ManagedInstance instance, Manifest manifest) throws IOException {
        for (ManifestEntry entry : manifest.entries()) {
            if (entry instanceof FileEntry file) {
                instance.store().objects().verify(file.content());
            }
        }
    }

    private void unmanagedFilesAreUntouched() throws IOException {
        for (Map.Entry<String, String> file : unmanaged.entrySet()) {
            assertThat(Files.readString(Path.of(World.NAME, file.getKey()), StandardCharsets.ISO_8859_1))
                    .as(file.getKey())
                    .isEqualTo(file.getValue());
        }
    }

    /** Another release goes in, and out again. */
    private void lifeGoesOn(JournalSum journal) throws IOException {
        scenario.workshop().unfreeze();
        try (ManagedEnvironment environment = scenario.workshop().open()) {
            assertThat(scenario.deploy(environment, "4").state())
                    .as("the next deployment")
                    .isEqualTo(ReleaseState.SUCCEEDED);
            if (environment.history().previousGood().isPresent()) {
                ReleaseRecord back = scenario.rollback(environment);
                assertThat(back.state()).as("the next rollback").isEqualTo(ReleaseState.ROLLED_BACK);
                if (environment.history().find(back.restores().orElseThrow()).isPresent()) {
                    assertThat(Workshop.contentRoots(environment.capture()))
                            .as("what the next rollback brought")
                            .isEqualTo(Workshop.contentRoots(back.instances()));
                }
            }
            journal.require(environment, List.of(), Workshop.contentRoots(environment.capture()));
        }
    }
}
