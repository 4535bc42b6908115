package io.jenkins.plugins.transparentdeploy.steps;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.Extension;
import hudson.model.Run;
import hudson.model.TaskListener;
import io.jenkins.plugins.transparentdeploy.settings.Analysis;
import io.jenkins.plugins.transparentdeploy.settings.Hooks;
import io.jenkins.plugins.transparentdeploy.settings.Setting;
import java.util.Set;
import org.jenkinsci.plugins.workflow.graph.FlowNode;
import org.jenkinsci.plugins.workflow.steps.StepContext;
import org.jenkinsci.plugins.workflow.steps.StepDescriptor;
import org.jenkinsci.plugins.workflow.steps.StepExecution;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;

/**
 * {@code autoRollback { … }}: what was released in it stays only if the block and then the analysis end well. Needs neither
 * workspace nor agent, so it can stand in the {@code options} of a Declarative pipeline, too. Returns the block's value.
 */
public final class AutoRollbackStep extends ReleaseStep {
    @CheckForNull
    private Analysis analysis;

    @CheckForNull
    private Hooks hooks;

    @DataBoundConstructor
    public AutoRollbackStep() {}

    @CheckForNull
    public Analysis getAnalysis() {
        return analysis;
    }

    @DataBoundSetter
    public void setAnalysis(@CheckForNull Analysis analysis) {
        this.analysis = analysis;
    }

    @CheckForNull
    public Hooks getHooks() {
        return hooks;
    }

    /** Of what is deployed in the block. */
    @DataBoundSetter
    public void setHooks(@CheckForNull Hooks hooks) {
        this.hooks = hooks;
    }

    @Override
    public StepExecution start(StepContext context) throws Exception {
        ReleaseScope outer = context.get(ReleaseScope.class);
        return new AutoRollbackExecution(context, new ReleaseScope(this, outer, print(analysis), print(hooks)));
    }

    @CheckForNull
    private static String print(@CheckForNull Setting<?> setting) {
        return setting == null ? null : StepRequest.print(setting.toServiceFile());
    }

    @Extension
    public static final class DescriptorImpl extends StepDescriptor {
        @Override
        public String getFunctionName() {
            return "autoRollback";
        }

        @Override
        public String getDisplayName() {
            return Messages.AutoRollbackStep_DisplayName();
        }

        @Override
        public boolean takesImplicitBlockArgument() {
            return true;
        }

        @Override
        public Set<? extends Class<?>> getRequiredContext() {
            return Set.of(Run.class, FlowNode.class, TaskListener.class);
        }

        @Override
        public Set<? extends Class<?>> getProvidedContext() {
            return Set.of(ReleaseScope.class);
        }
    }
}
