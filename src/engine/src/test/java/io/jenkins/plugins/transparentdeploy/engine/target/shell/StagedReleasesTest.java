package io.jenkins.plugins.transparentdeploy.engine.target.shell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.transparentdeploy.engine.snapshot.ManagedPaths;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.Manifest;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.TestTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What is made ready while an instance still serves, and made live once it does not. */
class StagedReleasesTest extends TwoReleases {
    @Test
    void whatIsStagedIsMadeLiveByOneExchange() throws IOException {
        ShellReleasesTarget target = target();
        Manifest third = store.capture(
                TestTree.in(directory.resolve("build")).file("version", "three").root(), ManagedPaths.ALL);

        target.stage(INSTANCE, third, "r3");
        assertThat(root.resolve("current/version")).hasContent("two");
        assertThat(journal.unfinished("r3")).isEmpty();
        answers.clear();
        target.apply(INSTANCE, third, "r3", journal);

        assertThat(answers).hasSize(1);
        assertThat(root.resolve("current/version")).hasContent("three");
        assertThat(target().drift(third)).isEmpty();
    }

    @Test
    void whatIsStagedForSomethingElseIsNotTaken() throws IOException {
        ShellReleasesTarget target = target();
        Manifest third = store.capture(
                TestTree.in(directory.resolve("build")).file("version", "three").root(), ManagedPaths.ALL);
        target.stage(INSTANCE, third, "r3");

        target.apply(INSTANCE, first, "r3", journal);

        assertThat(root.resolve("current/version")).hasContent("one");
        assertThat(root.resolve("releases/r3")).doesNotExist();
        assertNothingIsLeft();
    }

    @Test
    void whatIsStagedAndNotWantedAnyMoreIsRemoved() throws IOException {
        ShellReleasesTarget target = target();
        target.stage(INSTANCE, first, "r3");
        target.close();

        assertNothingIsLeft();
        assertThat(root.resolve("current/version")).hasContent("two");
    }

    @Test
    void whatIsStagedIsVoidOnceAnotherChangeHasBegun() throws IOException {
        ShellReleasesTarget target = target();
        target.stage(INSTANCE, first, "r3");
        target().apply(INSTANCE, second, "r4", journal);

        assertThatThrownBy(() -> target.apply(INSTANCE, first, "r3", journal))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("another change has begun since");
        assertThat(root.resolve("current/version")).hasContent("two");
        target.apply(INSTANCE, first, "r3", journal);
        assertThat(root.resolve("current/version")).hasContent("one");
    }

    @Test
    void whatSomebodySwitchedMeanwhileIsNotSwitchedUnseen() throws IOException {
        ShellReleasesTarget target = target();
        target.stage(INSTANCE, first, "r3");
        Files.delete(root.resolve("current"));
        Files.createSymbolicLink(root.resolve("current"), Path.of("releases/r1/"));

        assertThatThrownBy(() -> target.apply(INSTANCE, first, "r3", journal))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("somebody else has switched");
        assertThat(root.resolve("current/version")).hasContent("one");
    }

    /** Whoever goes back by hand may go back to what is old. */
    @Test
    void whatSomebodySwitchedToMeanwhileIsNotRemoved() throws IOException {
        ShellReleasesTarget target = new ShellReleasesTarget(
                shell, root, MANAGED, store, 1, new Ownership(ShellTargetContract.CONTROLLER, "ci-1", false));
        shell.disturb((number, exchange) -> {
            if (exchange.is(HostScript.REMOVE)) {
                Files.delete(root.resolve("current"));
                Files.createSymbolicLink(root.resolve("current"), Path.of("releases/r1"));
            }
            return exchange.run();
        });

        assertThatThrownBy(() -> target.prune(INSTANCE, Set.of(), journal))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("somebody else has switched current to 'releases/r1'");
        assertThat(root.resolve("current/version")).hasContent("one");
        assertNothingIsLeft();

        shell.rest();
        assertThat(target.prune(INSTANCE, Set.of(), journal)).isEmpty();
    }

    /** What is asked about a host in a row is one look; what was done there since is looked for again. */
    @Test
    void aGlanceCountsUntilSomethingIsDone() throws IOException {
        ShellReleasesTarget target = target();
        target.check();
        target.requireSpace(1);
        assertThat(target.plan(first).isEmpty()).isFalse();
        assertThat(target.drift(second)).isEmpty();
        target.capture();
        assertThat(answers).hasSize(1);

        target.apply(INSTANCE, first, "r1", journal);
        assertThat(answers).hasSize(3);
        assertThat(target.drift(first)).isEmpty();
        assertThat(answers).hasSize(4);
        target.prune(INSTANCE, Set.of(), journal);
        assertThat(answers).hasSize(4);
    }

    private void assertNothingIsLeft() throws IOException {
        try (var left = Files.list(root.resolve("releases"))) {
            assertThat(left.map(Path::toString)).noneMatch(name -> name.endsWith(".partial"));
        }
    }
}
