package io.jenkins.plugins.transparentdeploy.engine.release;

import io.jenkins.plugins.transparentdeploy.engine.journal.Reversibility;
import io.jenkins.plugins.transparentdeploy.engine.service.EnvironmentDefinition;
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
        return definition.hooks().stream()
                .filter(hook -> hook.phase().isForward())
                .map(hook -> new PlannedHook(hook.name(), HookRunner.reversibility(hook.undo())))
                .toList();
    }
}
