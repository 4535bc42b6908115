package io.jenkins.plugins.transparentdeploy.engine.release;

import io.jenkins.plugins.transparentdeploy.engine.service.TargetDefinition;
import io.jenkins.plugins.transparentdeploy.engine.target.command.CapturedState;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * The state of a target that was written down when a release was last live. Where commands cannot take back what they did,
 * as their author says, that is what going back to the release means.
 */
final class LastCaptured {
    private LastCaptured() {}

    /** @return empty where going back is bringing the release's content again, and where nothing was written down */
    static Optional<InstanceState> of(ManagedEnvironment environment, ReleaseId release, ManagedInstance instance)
            throws IOException {
        boolean restores = instance.definition().target() instanceof TargetDefinition.Commands commands
                && commands.restore().isPresent()
                && commands.reversal() != TargetDefinition.Reversal.REVERSIBLE;
        if (!restores || isLive(environment, release)) {
            return Optional.empty();
        }
        List<ReleaseId> newestFirst = new ArrayList<>(environment.history().rollbackPointIds());
        Collections.reverse(newestFirst);
        for (ReleaseId id : newestFirst) {
            Optional<RollbackPoint> point = environment.history().rollbackPoint(id);
            Optional<InstanceState> state = point.map(found -> found.instances().get(instance.name()));
            if (state.isPresent()
                    && wasLive(environment, point.get(), release)
                    && CapturedState.is(instance.manifest(state.get()))) {
                return state;
            }
        }
        return Optional.empty();
    }

    private static boolean isLive(ManagedEnvironment environment, ReleaseId release) throws IOException {
        Optional<ReleaseRecord> live = environment.history().live();
        return live.isPresent()
                && environment.history().content(live.get()).id().equals(release);
    }

    private static boolean wasLive(ManagedEnvironment environment, RollbackPoint point, ReleaseId release)
            throws IOException {
        Optional<ReleaseRecord> live = point.release().isPresent()
                ? environment.history().find(point.release().get())
                : Optional.empty();
        return live.isPresent()
                && environment.history().content(live.get()).id().equals(release);
    }
}
