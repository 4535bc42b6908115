package io.jenkins.plugins.transparentdeploy.engine.release;

import io.jenkins.plugins.transparentdeploy.engine.journal.Reversibility;
import io.jenkins.plugins.transparentdeploy.engine.service.EnvironmentDefinition;
import io.jenkins.plugins.transparentdeploy.engine.service.HookDefinition;
import io.jenkins.plugins.transparentdeploy.engine.service.HookPhase;
import java.util.ArrayList;
import java.util.List;

/**
 * A hook that a release would run.
 *
 * @param name its phase, a slash, and what its author calls it
 * @param reversibility {@code ONE_WAY} makes it a point of no return: from there the release does not roll back by itself
 */
public record PlannedHook(String name, Reversibility reversibility) {

    /** Those of a release on its way forward, in the order in which they run. */
    static List<PlannedHook> of(EnvironmentDefinition definition) {
        List<PlannedHook> planned = new ArrayList<>();
        definition.hooks(HookPhase.BEFORE_DEPLOY).forEach(hook -> planned.add(of(hook)));
        definition.instances().stream()
                .flatMap(instance -> Targets.pointOfNoReturn(instance.target()).stream())
                .distinct()
                .forEach(planned::add);
        definition.hooks().stream()
                .filter(hook -> hook.phase().isForward() && hook.phase() != HookPhase.BEFORE_DEPLOY)
                .forEach(hook -> planned.add(of(hook)));
        return List.copyOf(planned);
    }

    private static PlannedHook of(HookDefinition hook) {
        return new PlannedHook(hook.name(), HookRunner.reversibility(hook.undo()));
    }
}
