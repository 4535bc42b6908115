package io.jenkins.plugins.transparentdeploy.engine.rollback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.transparentdeploy.engine.CorruptStateException;
import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import io.jenkins.plugins.transparentdeploy.engine.journal.JournalFiles;
import io.jenkins.plugins.transparentdeploy.engine.journal.JournalRecord;
import io.jenkins.plugins.transparentdeploy.engine.journal.Segment;
import io.jenkins.plugins.transparentdeploy.engine.release.Freeze;
import io.jenkins.plugins.transparentdeploy.engine.release.Insistence;
import io.jenkins.plugins.transparentdeploy.engine.release.ManagedEnvironment;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseRecord;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseRequest;
import io.jenkins.plugins.transparentdeploy.engine.release.ReleaseState;
import io.jenkins.plugins.transparentdeploy.engine.storage.BitFlips;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Deployments wait after a rollback until a person has looked at it; rollbacks never do. */
class FreezeTest {
    private static final String SERVICE =
            """
            target: {directory: "@root@/live"}
            smokeTest: {retries: 0, checks: [{command: [sh, -c, "! grep -q bad @root@/live/app"]}]}
            """;

    @TempDir
    private Path temporary;

    private Workshop workshop;

    @BeforeEach
    void oneAndBad() throws IOException {
        workshop = new Workshop(temporary).with(SERVICE);
        for (String version : List.of("1", "2", "bad")) {
            workshop.write(version, "app", version);
        }
        Files.createDirectories(workshop.path("live"));
        assertThat(run(Workshop.request("1")).state()).isEqualTo(ReleaseState.SUCCEEDED);
    }

    private ReleaseRecord run(ReleaseRequest request) throws IOException {
        try (ManagedEnvironment environment = workshop.open()) {
            return new AutoRollback(environment).run(workshop.path(request.version()), request);
        }
    }

    private List<String> notes() throws IOException {
        Path journal = workshop.path("state/services/shop/test/journal");
        List<String> notes = new ArrayList<>();
        for (String release : JournalFiles.segments(journal).stream()
                .map(Segment::releaseId)
                .distinct()
                .toList()) {
            for (JournalRecord entry : JournalFiles.records(journal, release)) {
                if (entry instanceof JournalRecord.Note note) {
                    notes.add(note.text());
                }
            }
        }
        return notes;
    }

    private static ReleaseRequest despite(String version, Optional<String> reason) {
        return new ReleaseRequest(version, Optional.empty(), Workshop.ALICE, reason, Set.of(Insistence.FREEZE));
    }

    @Test
    void aReleaseThatRolledItselfBackKeepsTheNextOneOutAndSaysWhoAndWhy() throws Exception {
        ReleaseRecord bad = run(Workshop.request("bad"));
        assertThat(bad.state()).isEqualTo(ReleaseState.ROLLED_BACK);
        assertThatThrownBy(() -> run(Workshop.request("2")))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("shop/test is frozen since")
                .hasMessageContaining("by alice: smoke test failed")
                .hasMessageContaining("tdeploy unfreeze")
                .hasMessageContaining("--despite-freeze");
        assertThat(workshop.freezes().current().flatMap(Freeze::release)).contains(bad.id());
        assertThat(notes()).anyMatch(note -> note.contains("frozen by alice: smoke test failed"));

        workshop.unfreeze();
        assertThat(run(Workshop.request("2")).state()).isEqualTo(ReleaseState.SUCCEEDED);
        assertThat(notes()).anyMatch(note -> note.contains("opened again by alice: looked at it"));
    }

    @Test
    void aRollbackByHandFreezesTooAndIsNeverKeptOutItself() throws Exception {
        run(Workshop.request("2"));
        assertThat(workshop.rollback("previous").state()).isEqualTo(ReleaseState.ROLLED_BACK);
        assertThat(workshop.freezes().current()).isPresent();
        assertThat(workshop.rollback("2").state()).as("forward again").isEqualTo(ReleaseState.ROLLED_BACK);
    }

    @Test
    void whoeverInsistsGivesAReasonAndIsRecorded() throws Exception {
        run(Workshop.request("bad"));
        assertThatThrownBy(() -> run(despite("2", Optional.empty()))).hasMessageContaining("needs a reason");
        ReleaseRecord record = run(despite("2", Optional.of("the fix")));
        assertThat(record.state()).isEqualTo(ReleaseState.SUCCEEDED);
        try (ManagedEnvironment environment = workshop.open()) {
            ReleaseRecord kept = environment.history().find(record.id()).orElseThrow();
            assertThat(kept.insistences()).containsExactly(Insistence.FREEZE);
            assertThat(kept.reason()).contains("the fix");
        }
        assertThat(workshop.freezes().current()).as("only a person opens it").isPresent();
    }

    @Test
    void aServiceFileMayWantNoFreeze() throws Exception {
        workshop.with(SERVICE + "freezeAfterRollback: false\n");
        run(Workshop.request("bad"));
        assertThat(workshop.freezes().current()).isEmpty();
        assertThat(run(Workshop.request("2")).state()).isEqualTo(ReleaseState.SUCCEEDED);
    }

    @Test
    void aFreezeInTheMiddleOfAReleaseIsForTheNextOne() throws Exception {
        Instant at = Clock.systemUTC().instant();
        try (ManagedEnvironment environment = workshop.open(journaled -> {
            if (journaled.toString().contains("DEPLOYING")) {
                append(Freeze.by(Workshop.ALICE, true, "holidays", at));
            }
        })) {
            assertThat(new AutoRollback(environment)
                            .run(workshop.path("2"), Workshop.request("2"))
                            .state())
                    .isEqualTo(ReleaseState.SUCCEEDED);
        }
        assertThatThrownBy(() -> run(Workshop.request("1"))).hasMessageContaining("holidays");
        assertThat(notes()).filteredOn(note -> note.contains("holidays")).hasSize(1);
    }

    @Test
    void aDamagedCountOfWhatIsInTheJournalKeepsNobodyOut() throws Exception {
        append(Freeze.by(Workshop.ALICE, true, "holidays", Clock.systemUTC().instant()));
        workshop.open().close();
        Path noted = workshop.path("state/services/shop/test/freezes.noted");
        BitFlips.each(noted, damage -> workshop.open().close());
        Files.writeString(noted, "9");
        append(Freeze.by(Workshop.ALICE, true, "flu", Clock.systemUTC().instant()));
        workshop.open().close();
        assertThat(notes()).as("more than there are").anyMatch(note -> note.contains("flu"));
    }

    private void append(Freeze freeze) {
        try {
            workshop.freezes().append(freeze);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void aLineThatWasNotFinishedSaysNothingAndADamagedOneKeepsDeploymentsOut() throws Exception {
        Path file = workshop.path("state/services/shop/test/freezes.jsonl");
        Files.writeString(file, "{\"frozen\":true,\"at\":");
        assertThat(workshop.freezes().current()).isEmpty();
        append(Freeze.by(
                Workshop.ALICE, true, "after the torn one", Clock.systemUTC().instant()));
        assertThat(workshop.freezes().current().map(Freeze::reason)).contains("after the torn one");
        workshop.open().close();
        Files.writeString(file, "{\"frozen\":\n", StandardOpenOption.APPEND);
        assertThatThrownBy(() -> workshop.freezes().current())
                .isInstanceOf(CorruptStateException.class)
                .hasMessageContaining(file.toString());
        Files.writeString(file, "", StandardOpenOption.TRUNCATE_EXISTING);
        assertThat(workshop.freezes().current()).isEmpty();
    }
}
