package io.jenkins.plugins.transparentdeploy.engine.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.transparentdeploy.engine.CorruptStateException;
import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import io.jenkins.plugins.transparentdeploy.engine.journal.JournalHead;
import io.jenkins.plugins.transparentdeploy.engine.release.ManagedEnvironment;
import io.jenkins.plugins.transparentdeploy.engine.release.PastStates;
import io.jenkins.plugins.transparentdeploy.engine.rollback.Workshop;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Adds up a journal, which goes over every record, each of which has to fit the state before it.
 *
 * @param cut whether a disk damaged what a crash had left at its end, so that it was taken for half a record and set aside:
 *     what was done by then is not in the journal, and whoever adds it up is told so
 */
record JournalSum(boolean cut) {

    /** @param now content root of each instance */
    void require(ManagedEnvironment environment, List<Acknowledgement> acknowledged, Map<String, String> now)
            throws IOException {
        Optional<PastStates> sum = until(environment, environment.journal().head());
        if (sum.isPresent()) {
            assertThat(contentRoots(sum.get())).as("the sum of the journal").isEqualTo(now);
            assertThat(sum.get().changedByOthers())
                    .as("rollback points that are not the sum of what was done")
                    .isEmpty();
        }
        for (Acknowledgement each : acknowledged) {
            Optional<PastStates> then = until(environment, each.head());
            if (then.isPresent() && each.record().tookEffect()) {
                assertThat(contentRoots(then.get()))
                        .as("the sum of the journal when " + each.record().id() + " was over")
                        .isEqualTo(Workshop.contentRoots(each.record().instances()));
            }
        }
    }

    /** Empty if no rollback point is kept to begin with. */
    private Optional<PastStates> until(ManagedEnvironment environment, JournalHead head) throws IOException {
        try {
            return head.seq() == 0 ? Optional.empty() : Optional.of(PastStates.until(environment, head.seq()));
        } catch (RefusedException e) {
            assertThat(e.getMessage()).containsAnyOf("no rollback point to begin with", "not kept any more");
            return Optional.empty();
        } catch (CorruptStateException said) {
            if (!cut) {
                throw said;
            }
            Inspection.requireProblemAndCure(said);
            return Optional.empty();
        }
    }

    private static Map<String, String> contentRoots(PastStates past) {
        Map<String, String> roots = new TreeMap<>();
        past.manifests()
                .forEach((instance, manifest) ->
                        roots.put(instance, manifest.contentRoot().toString()));
        return roots;
    }
}
