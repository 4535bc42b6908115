package io.jenkins.plugins.transparentdeploy.engine.target.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.transparentdeploy.engine.CorruptStateException;
import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import io.jenkins.plugins.transparentdeploy.engine.host.Command;
import io.jenkins.plugins.transparentdeploy.engine.host.CommandResult;
import io.jenkins.plugins.transparentdeploy.engine.host.LocalHost;
import io.jenkins.plugins.transparentdeploy.engine.journal.Journal;
import io.jenkins.plugins.transparentdeploy.engine.journal.JournalFiles;
import io.jenkins.plugins.transparentdeploy.engine.journal.JournalObserver;
import io.jenkins.plugins.transparentdeploy.engine.journal.JournalRecord;
import io.jenkins.plugins.transparentdeploy.engine.journal.Operation.RunCommand;
import io.jenkins.plugins.transparentdeploy.engine.journal.Reversibility;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.ManagedPaths;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.Manifest;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.SnapshotStore;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.StoreDamage;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.TestTree;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is live is one file, {@code live}; each command appends what it was given to another, {@code said}. */
class CommandTargetTest {
    private static final String INSTANCE = "db";

    @TempDir
    private Path directory;

    private SnapshotStore store;
    private Journal journal;
    private final Runner runner = new Runner();
    private Path place;

    @BeforeEach
    void prepare() throws IOException {
        place = Files.createDirectory(directory.resolve("place"));
        store = SnapshotStore.open(directory.resolve("state/store"));
        journal = Journal.open(directory.resolve("state/journal"), Clock.systemUTC(), JournalObserver.NONE);
        journal.startSegment("r1");
    }

    @AfterEach
    void close() throws IOException {
        journal.close();
        store.close();
    }

    /** Runs for real, and remembers what it was asked to tell. */
    private final class Runner implements CommandRunner {
        private final List<String> warnings = new ArrayList<>();
        private boolean interrupts;
        private boolean byHand;

        @Override
        public CommandResult run(TargetCommand command) throws IOException, InterruptedException {
            if (interrupts) {
                throw new InterruptedException("somebody asked to give up");
            }
            return LocalHost.open(directory.resolve("host"))
                    .run(
                            new Command(command.argv(), command.variables(), Optional.of(command.directory())),
                            command.timeout());
        }

        @Override
        public List<String> scrub(List<String> words) {
            return words.stream().map(word -> word.replace("hunter2", "***")).toList();
        }

        @Override
        public void tell(String act, boolean done, String more) {}

        @Override
        public void warn(String message) {
            warnings.add(message);
        }

        @Override
        public Coming live() {
            return new Coming(Optional.empty(), "", false, false);
        }

        @Override
        public Coming coming(String releaseId) {
            return new Coming(Optional.of(releaseId), "version of " + releaseId, byHand, byHand);
        }
    }

    private TargetCommand shell(String line) {
        return new TargetCommand(List.of("sh", "-c", line), Map.of(), Optional.empty(), place, Duration.ofSeconds(20));
    }

    private static final String APPLY = "echo apply $TDEPLOY_VERSION >> said; cat $TDEPLOY_CONTENT/conf/value > live";

    private CommandTarget applying(String apply) {
        return target(new CommandTarget.Commands(
                shell(apply), Optional.empty(), Optional.empty(), Optional.empty(), Reversibility.REVERSIBLE));
    }

    private CommandTarget restoring(String apply) {
        return target(new CommandTarget.Commands(
                shell(apply),
                Optional.of(shell("echo capture >> said; cp live $TDEPLOY_STATE/")),
                Optional.of(shell("echo restore >> said; cp $TDEPLOY_STATE/live live")),
                Optional.empty(),
                Reversibility.COMPENSABLE));
    }

    private CommandTarget target(CommandTarget.Commands commands) {
        return new CommandTarget(place, commands, store, runner, directory.resolve("memory/target.json"));
    }

    private final Map<String, Manifest> contents = new HashMap<>();

    private Manifest content(String value) throws IOException {
        if (contents.containsKey(value)) {
            return contents.get(value);
        }
        Path tree = directory.resolve("build-" + value);
        Manifest manifest = store.capture(
                        TestTree.in(tree).file("conf/value", value).root(), ManagedPaths.ALL)
                .withoutOwners();
        store.save(manifest);
        contents.put(value, manifest);
        return manifest;
    }

    private String live() throws IOException {
        return Files.readString(place.resolve("live"));
    }

    private List<String> said() throws IOException {
        Path said = place.resolve("said");
        List<String> lines = Files.exists(said) ? Files.readAllLines(said) : List.of();
        Files.deleteIfExists(said);
        return lines;
    }

    @Test
    void bringsContentAndRemembersIt() throws IOException {
        CommandTarget target = applying(APPLY);
        target.check();
        assertThat(target.capture().isEmpty()).isTrue();
        assertThat(target.plan(content("one")).created()).isNotEmpty();

        assertThat(target.apply(INSTANCE, content("one"), "r1", journal).isEmpty())
                .isFalse();
        assertThat(live()).isEqualTo("one");
        assertThat(said()).containsExactly("apply version of r1");
        assertThat(target.capture()).isEqualTo(content("one"));

        long records = journal.head().seq();
        assertThat(target.apply(INSTANCE, content("one"), "r1", journal).isEmpty())
                .isTrue();
        assertThat(said()).isEmpty();
        assertThat(journal.head().seq()).isEqualTo(records);

        assertThat(target.plan(content("two")).updated()).hasSize(1);
        target.apply(INSTANCE, content("two"), "r1", journal);
        assertThat(live()).isEqualTo("two");
        assertThat(journal.unfinished("r1")).isEmpty();
        assertThat(JournalFiles.done(journal.records("r1")))
                .extracting(operation -> ((RunCommand) operation).manifest().orElseThrow())
                .containsExactly(content("one").id(), content("two").id());
    }

    @Test
    void bringsBackWhatWasCapturedAndKnowsWhatThatWas() throws IOException {
        CommandTarget target = restoring(APPLY);
        Files.writeString(place.resolve("live"), "from before");
        Manifest before = target.capture();
        assertThat(target.plan(before).isEmpty()).as("nothing was done since").isTrue();
        target.apply(INSTANCE, content("one"), "r1", journal);
        Files.writeString(place.resolve("live"), "one, and what was written since");
        Manifest captured = target.capture();

        target.apply(INSTANCE, content("two"), "r1", journal);
        assertThat(target.plan(captured).isEmpty()).isFalse();
        said();
        target.apply(INSTANCE, captured, "r1", journal);
        assertThat(live()).isEqualTo("one, and what was written since");
        assertThat(said()).containsExactly("restore");
        assertThat(target.plan(captured).isEmpty()).isTrue();
        assertThat(target.plan(content("one")).isEmpty())
                .as("it was live when that was captured")
                .isTrue();

        target.apply(INSTANCE, before, "r1", journal);
        assertThat(live()).isEqualTo("from before");
        assertThat(target.plan(content("one")).isEmpty()).isFalse();
    }

    @Test
    void whatFailedIsNotKnownSoWhateverIsWantedNextIsDone() throws IOException {
        restoring(APPLY).apply(INSTANCE, content("one"), "r1", journal);
        CommandTarget target = restoring("echo half > live; echo the reason; exit 3");
        Manifest captured = target.capture();
        assertThatThrownBy(() -> target.apply(INSTANCE, content("two"), "r1", journal))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("'apply' ended with exit code 3")
                .hasMessageContaining("the reason");
        assertThat(journal.unfinished("r1")).hasSize(1);
        assertThat(target.plan(content("one")).isEmpty()).isFalse();
        assertThat(target.plan(captured).isEmpty()).isFalse();
        assertThat(CapturedState.of(target.capture(), store).orElseThrow().content())
                .as("nobody knows what is captured now")
                .isEmpty();

        target.apply(INSTANCE, captured, "r1", journal);
        assertThat(live()).isEqualTo("one");
    }

    @Test
    void aKillAtAnyStepIsFollowedByTheCommandAgain() throws IOException {
        applying(APPLY).apply(INSTANCE, content("one"), "r1", journal);
        // As after a kill while the command runs: begun, and the journal's intent is open.
        assertThatThrownBy(() -> applying("kill -9 $$").apply(INSTANCE, content("two"), "r1", journal))
                .hasMessageContaining("exit code 137");
        said();
        applying(APPLY).apply(INSTANCE, content("two"), "r1", journal);
        assertThat(said()).hasSize(1);
        assertThat(live()).isEqualTo("two");
    }

    @Test
    void whatIsRememberedAsReachedIsSettledInTheJournal() throws IOException {
        CommandTarget target = applying(APPLY);
        target.apply(INSTANCE, content("one"), "r1", journal);
        // As after a kill between the two: it is remembered, but not in the journal.
        RunCommand again =
                (RunCommand) ((JournalRecord.Intent) journal.records("r1").get(0)).operation();
        journal.intend(again);
        target.apply(INSTANCE, content("one"), "r1", journal);
        assertThat(journal.unfinished("r1")).isEmpty();
    }

    @Test
    void corruptContentIsFoundBeforeAnythingIsRun() throws IOException {
        CommandTarget target = applying(APPLY);
        Manifest one = content("one");
        StoreDamage.corrupt(store.directory(), one.files().get(0).content());
        assertThatThrownBy(() -> target.apply(INSTANCE, one, "r1", journal)).isInstanceOf(CorruptStateException.class);
        assertThat(said()).isEmpty();
        assertThat(journal.unfinished("r1")).isEmpty();
    }

    @Test
    void noReleaseCanPassForACapturedState() throws IOException {
        CommandTarget target = restoring(APPLY);
        Files.writeString(place.resolve("live"), "x");
        Manifest captured = target.capture();
        assertThatThrownBy(() -> target.released(captured))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining(".transparent-deploy");
    }

    @Test
    void aCapturedStateIsWhatItIsInAnotherStoreWithoutMemory() throws IOException {
        restoring(APPLY).apply(INSTANCE, content("one"), "r1", journal);
        Manifest captured = restoring(APPLY).capture();
        Files.delete(directory.resolve("memory/target.json"));
        Files.writeString(place.resolve("live"), "y");
        said();
        restoring(APPLY).apply(INSTANCE, captured, "r1", journal);
        assertThat(said()).containsExactly("restore");
        assertThat(live()).isEqualTo("one");
        assertThat(restoring(APPLY).plan(content("one")).isEmpty()).isTrue();
    }

    @Test
    void whatCanBeAskedIsAskedBeforeAndAfter() throws IOException {
        CommandTarget target = target(new CommandTarget.Commands(
                shell(APPLY),
                Optional.empty(),
                Optional.empty(),
                Optional.of(shell("cmp live $TDEPLOY_CONTENT/conf/value")),
                Reversibility.REVERSIBLE));
        target.apply(INSTANCE, content("one"), "r1", journal);
        assertThat(target.drift(content("one"))).isEmpty();
        assertThat(target.drift(content("two"), content("one"))).isEmpty();

        Files.writeString(place.resolve("live"), "meddled with");
        assertThat(target.drift(content("one"))).singleElement().satisfies(drift -> assertThat(drift.found())
                .contains("'verify' ended with exit code 1")
                .contains("differ"));
        said();
        target.apply(INSTANCE, content("one"), "r1", journal);
        assertThat(said()).hasSize(1);
        assertThat(live()).isEqualTo("one");

        CommandTarget lying = target(new CommandTarget.Commands(
                shell("true"),
                Optional.empty(),
                Optional.empty(),
                Optional.of(shell("cmp live $TDEPLOY_CONTENT/conf/value")),
                Reversibility.REVERSIBLE));
        assertThatThrownBy(() -> lying.apply(INSTANCE, content("two"), "r1", journal))
                .hasMessageContaining("target/apply ended well, but 'verify' ended with exit code 1");
    }

    @Test
    void whereNothingWasCapturedNothingComesBackAndThatIsSaid() throws IOException {
        CommandTarget target = applying(APPLY);
        assertThat(target.warnings()).singleElement().asString().contains("nothing to go back to");
        target.apply(INSTANCE, content("one"), "r1", journal);
        assertThat(target.warnings()).isEmpty();
        target.apply(INSTANCE, Manifest.EMPTY, "r1", journal);
        assertThat(runner.warnings).singleElement().asString().contains("stays as it is");
        assertThat(live()).isEqualTo("one");
        assertThat(target.capture().isEmpty()).isTrue();
        assertThat(restoring(APPLY).warnings()).isEmpty();
    }

    @Test
    void whoeverGivesUpMeanwhileLeavesItUnknown() throws IOException {
        CommandTarget target = applying(APPLY);
        target.apply(INSTANCE, content("one"), "r1", journal);
        runner.interrupts = true;
        assertThatThrownBy(() -> target.apply(INSTANCE, content("two"), "r1", journal))
                .isInstanceOf(InterruptedIOException.class);
        runner.interrupts = false;
        said();
        target.apply(INSTANCE, content("one"), "r1", journal);
        assertThat(said()).hasSize(1);
    }

    @Test
    void whatSomebodyAsksForIsBroughtWhateverIsRemembered() throws IOException {
        CommandTarget target = restoring(APPLY);
        target.apply(INSTANCE, content("one"), "r1", journal);
        Manifest captured = target.capture();
        said();
        runner.byHand = true;
        target.apply(INSTANCE, captured, "r1", journal);
        assertThat(said()).as("nothing was done since it was captured").isEmpty();
        target.apply(INSTANCE, content("one"), "r1", journal);
        assertThat(said()).containsExactly("apply version of r1");
    }

    @Test
    void secretsAreNotInTheJournal() throws IOException {
        CommandTarget target = applying("echo hunter2 > live");
        target.apply(INSTANCE, content("one"), "r1", journal);
        assertThat(journal.records("r1").toString()).contains("echo ***").doesNotContain("hunter2");
    }

    @Test
    void refusesAMissingDirectoryAndAMissingProgram() throws IOException {
        CommandTarget nowhere = new CommandTarget(
                directory.resolve("nowhere"),
                new CommandTarget.Commands(
                        shell("true"), Optional.empty(), Optional.empty(), Optional.empty(), Reversibility.REVERSIBLE),
                store,
                runner,
                directory.resolve("memory/target.json"));
        assertThatThrownBy(nowhere::check).isInstanceOf(RefusedException.class).hasMessageContaining("does not exist");

        CommandTarget missing = target(new CommandTarget.Commands(
                new TargetCommand(List.of("./apply.sh"), Map.of(), Optional.empty(), place, Duration.ofSeconds(9)),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Reversibility.REVERSIBLE));
        assertThatThrownBy(missing::check)
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("'./apply.sh'")
                .hasMessageContaining("make it executable");
    }

    @Test
    void tooLittleSpaceIsSaidWithHowMuchIsMissing() throws IOException {
        CommandTarget target = applying(APPLY);
        target.requireSpace(1);

        assertThatThrownBy(() -> target.requireSpace(Long.MAX_VALUE))
                .isInstanceOf(RefusedException.class)
                .hasMessageMatching("The filesystem of the store "
                        + Pattern.quote(store.directory().toString()) + " has \\d+ bytes free, but " + Long.MAX_VALUE
                        + " are needed\\. Free \\d+ bytes on it\\.");
    }
}
