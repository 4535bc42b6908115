package io.jenkins.plugins.transparentdeploy.steps;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.AbortException;
import hudson.Extension;
import hudson.FilePath;
import hudson.model.Run;
import hudson.model.TaskListener;
import io.jenkins.plugins.transparentdeploy.agent.Outcome;
import io.jenkins.plugins.transparentdeploy.agent.RunRequest;
import io.jenkins.plugins.transparentdeploy.agent.RunResult;
import io.jenkins.plugins.transparentdeploy.settings.OptionalFields;
import io.jenkins.plugins.transparentdeploy.settings.Properties;
import io.jenkins.plugins.transparentdeploy.settings.TargetSetting;
import java.io.Serial;
import java.util.Map;
import java.util.Set;
import net.sf.json.JSONObject;
import org.jenkinsci.plugins.workflow.graph.FlowNode;
import org.jenkinsci.plugins.workflow.steps.Step;
import org.jenkinsci.plugins.workflow.steps.StepContext;
import org.jenkinsci.plugins.workflow.steps.StepDescriptor;
import org.jenkinsci.plugins.workflow.steps.StepExecution;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;
import org.kohsuke.stapler.StaplerRequest2;

/** {@code snapshot}: captures the target and makes a rollback point of it. Returns the rollback point's id. */
public final class SnapshotStep extends ReleaseStep {
    @CheckForNull
    private TargetSetting target;

    @DataBoundConstructor
    public SnapshotStep() {}

    @CheckForNull
    public TargetSetting getTarget() {
        return target;
    }

    @DataBoundSetter
    public void setTarget(@CheckForNull TargetSetting target) {
        this.target = target;
    }

    @Override
    public StepExecution start(StepContext context) throws Exception {
        Map<String, Object> overrides = new Properties().with("target", target).build();
        return new Execution(context, StepRequest.of(context, this).inWorkspace("snapshot", overrides));
    }

    private static final class Execution extends FollowingExecution {
        @Serial
        private static final long serialVersionUID = 1L;

        private final RunRequest request;

        Execution(StepContext context, RunRequest request) {
            super(context);
            this.request = request;
        }

        @Override
        public boolean start() {
            follow(request);
            return false;
        }

        @Override
        void ended(RunRequest done, RunResult result) throws AbortException {
            if (result.outcome() != Outcome.SNAPSHOT) {
                throw new AbortException(result.message());
            }
            getContext()
                    .onSuccess(result.rollbackPoint()
                            .map(point -> point.path("id").asText())
                            .orElse(null));
        }

        @Override
        public void stop(@NonNull Throwable cause) {
            // A snapshot changes nothing that is served, so what is left of it may finish on its own.
            getContext().onFailure(cause);
        }
    }

    @Extension
    public static final class DescriptorImpl extends StepDescriptor {
        @Override
        public Step newInstance(@CheckForNull StaplerRequest2 request, @NonNull JSONObject form) throws FormException {
            return super.newInstance(request, OptionalFields.prune(form, "target"));
        }

        @Override
        public String getFunctionName() {
            return "snapshot";
        }

        @Override
        public String getDisplayName() {
            return Messages.SnapshotStep_DisplayName();
        }

        @Override
        public Set<? extends Class<?>> getRequiredContext() {
            return Set.of(Run.class, FlowNode.class, TaskListener.class, FilePath.class);
        }
    }
}
