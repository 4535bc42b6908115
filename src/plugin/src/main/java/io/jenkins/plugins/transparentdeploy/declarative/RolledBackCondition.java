package io.jenkins.plugins.transparentdeploy.declarative;

import hudson.Extension;
import io.jenkins.plugins.transparentdeploy.records.ReleaseAction;
import java.io.Serial;
import org.jenkinsci.Symbol;
import org.jenkinsci.plugins.pipeline.modeldefinition.model.BuildCondition;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;

/**
 * {@code post { rolledBack { … } }}: runs if a release of this build was rolled back, or the build itself rolled
 * something back. Before {@code failure} and the like, which usually apply as well.
 */
@Extension(ordinal = 950, optional = true)
@Symbol("rolledBack")
public final class RolledBackCondition extends BuildCondition {
    @Serial
    private static final long serialVersionUID = 1L;

    private static final String ROLLED_BACK = "ROLLED_BACK";

    @Override
    public boolean meetsCondition(WorkflowRun run) {
        ReleaseAction released = run.getAction(ReleaseAction.class);
        return released != null
                && released.getReleases().stream()
                        .anyMatch(release -> release.getState().equals(ROLLED_BACK));
    }

    @Override
    public String getDescription() {
        return Messages.RolledBackCondition_Description();
    }
}
