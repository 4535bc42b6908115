package io.jenkins.plugins.transparentdeploy.engine.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.transparentdeploy.engine.journal.Operation.CreateEntry;
import io.jenkins.plugins.transparentdeploy.engine.journal.Operation.DeleteEntry;
import io.jenkins.plugins.transparentdeploy.engine.journal.Operation.FileOperation;
import io.jenkins.plugins.transparentdeploy.engine.journal.Operation.UpdateEntry;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.Delta;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.DirectoryEntry;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.Manifest;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.ManifestArbitraries;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.ManifestEntry;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.SymlinkEntry;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class ReplayPropertyTest {
    @Provide
    Arbitrary<Manifest> manifests() {
        return ManifestArbitraries.manifests();
    }

    @Property(tries = 500, edgeCases = EdgeCasesMode.NONE)
    void operationsLeadFromAnyStateToAnyOther(@ForAll("manifests") Manifest s0, @ForAll("manifests") Manifest wanted) {
        assertThat(Replay.apply(s0, FileOperations.between("app-1", s0, wanted)))
                .isEqualTo(wanted);
    }

    @Property(tries = 500, edgeCases = EdgeCasesMode.NONE)
    void inversesBackwardsLeadHome(@ForAll("manifests") Manifest s0, @ForAll("manifests") Manifest wanted) {
        List<Operation> back = new ArrayList<>();
        for (Operation operation : FileOperations.between("app-1", s0, wanted)) {
            back.add(operation.inverse().orElseThrow());
        }
        Collections.reverse(back);

        assertThat(Replay.apply(wanted, back)).isEqualTo(s0);
    }

    @Property(tries = 500, edgeCases = EdgeCasesMode.NONE)
    void everyStateOnTheWayIsATreeWhoseChangesAFilesystemAllows(
            @ForAll("manifests") Manifest s0, @ForAll("manifests") Manifest wanted) {
        Manifest state = s0;
        for (FileOperation operation : FileOperations.between("app-1", s0, wanted)) {
            requireWritableParent(state, operation);
            state = Replay.apply(state, List.of(operation));
        }
        assertThat(state.contentRoot()).isEqualTo(wanted.contentRoot());
        assertThat(state.fullRoot()).isEqualTo(wanted.fullRoot());
    }

    @Property(tries = 200, edgeCases = EdgeCasesMode.NONE)
    void aStateIsNoOperationsAwayFromItself(@ForAll("manifests") Manifest state) {
        assertThat(FileOperations.between("app-1", state, state)).isEmpty();
        assertThat(Delta.between(state, state).isEmpty()).isTrue();
    }

    @Property(tries = 200, edgeCases = EdgeCasesMode.NONE)
    void theDeltaSaysWhetherContentDiffers(@ForAll("manifests") Manifest one, @ForAll("manifests") Manifest other) {
        assertThat(Delta.between(one, other).sameContent())
                .isEqualTo(one.contentRoot().equals(other.contentRoot()));
    }

    @Example
    void refusesOperationsThatDoNotFitTheState() {
        ManifestEntry entry = new SymlinkEntry("a", "b");
        Manifest state = Manifest.of(List.of(entry));

        assertThatThrownBy(() -> Replay.apply(state, List.of(new CreateEntry("app-1", entry))))
                .hasMessageContaining("already there");
        assertThatThrownBy(() -> Replay.apply(Manifest.EMPTY, List.of(new DeleteEntry("app-1", entry))))
                .hasMessageContaining("not there");
        assertThatThrownBy(() -> Replay.apply(Manifest.EMPTY, List.of(new UpdateEntry("app-1", entry, entry))))
                .hasMessageContaining("not there");
    }

    private static void requireWritableParent(Manifest state, FileOperation operation) {
        int slash = operation.path().lastIndexOf('/');
        boolean attributesOnly =
                operation instanceof UpdateEntry update && update.before().sameContent(update.after());
        if (slash >= 0 && !attributesOnly) {
            DirectoryEntry parent = (DirectoryEntry)
                    state.find(operation.path().substring(0, slash)).orElseThrow();
            assertThat(parent.mode().opensDirectory()).as("%s", operation).isTrue();
        }
    }
}
