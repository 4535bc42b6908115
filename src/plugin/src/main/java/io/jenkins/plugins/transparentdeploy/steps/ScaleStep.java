package io.jenkins.plugins.transparentdeploy.steps;

import com.fasterxml.jackson.databind.JsonNode;
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
import io.jenkins.plugins.transparentdeploy.records.Place;
import io.jenkins.plugins.transparentdeploy.records.ReleaseHistory;
import io.jenkins.plugins.transparentdeploy.settings.OptionalFields;
import io.jenkins.plugins.transparentdeploy.settings.Properties;
import io.jenkins.plugins.transparentdeploy.settings.ScalingSetting;
import java.io.Serial;
import java.util.LinkedHashMap;
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

/**
 * {@code scale}: looks at the load once, and starts or stops instances as a scaling rule says; for a job with a timer.
 * Returns whether anything changed, from how many instances to how many, and why. Outside of a workspace it happens where
 * the service was released from here, by the rule of what is live.
 */
public final class ScaleStep extends ReleaseStep {
    @CheckForNull
    private ScalingSetting scaling;

    @DataBoundConstructor
    public ScaleStep() {}

    @CheckForNull
    public ScalingSetting getScaling() {
        return scaling;
    }

    @DataBoundSetter
    public void setScaling(@CheckForNull ScalingSetting scaling) {
        this.scaling = scaling;
    }

    @Override
    public StepExecution start(StepContext context) throws Exception {
        StepRequest base = StepRequest.of(context, this);
        Map<String, Object> overrides =
                new Properties().with("scaling", scaling).build();
        return new Execution(
                context,
                context.get(FilePath.class) == null
                        ? whereItLives(base, overrides)
                        : base.inWorkspace("scale", overrides));
    }

    private static RunRequest whereItLives(StepRequest base, Map<String, Object> overrides) throws Exception {
        String service = base.service();
        Place place = service == null
                ? null
                : ReleaseHistory.of(service, base.environment()).place().orElse(null);
        if (place == null) {
            throw new AbortException(Messages.ReleaseStep_PlaceUnknown("scale"));
        }
        base.requireAdmission(service);
        String stateDirectory = base.stateDirectory();
        return base.on("scale", place.node(), stateDirectory == null ? place.stateDirectory() : stateDirectory)
                .reachingHostsWith(place.hostKey())
                .with("overrides", overrides.isEmpty() ? null : overrides);
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
            if (result.outcome() == Outcome.REFUSED || result.outcome() == Outcome.ERROR) {
                throw new AbortException(result.message());
            }
            JsonNode decision = result.scaling().orElseThrow(() -> new AbortException(Messages.ScaleStep_NotScaled()));
            say(done, result.message());
            getContext().onSuccess(summary(decision));
        }

        private static Map<String, Object> summary(JsonNode decision) {
            int from = decision.path("active").asInt();
            int to = decision.path("desired").asInt();
            Map<String, Object> summary = new LinkedHashMap<>();
            summary.put("changed", from != to);
            summary.put("from", from);
            summary.put("to", to);
            summary.put("reason", decision.path("reason").asText());
            return summary;
        }

        @Override
        public void stop(@NonNull Throwable cause) {
            // Half of a scaling is no harm: it may finish on its own, and else the next one does.
            getContext().onFailure(cause);
        }
    }

    @Extension
    public static final class DescriptorImpl extends StepDescriptor {
        @Override
        public Step newInstance(@CheckForNull StaplerRequest2 request, @NonNull JSONObject form) throws FormException {
            return super.newInstance(request, OptionalFields.prune(form, "scaling"));
        }

        @Override
        public String getFunctionName() {
            return "scale";
        }

        @Override
        public String getDisplayName() {
            return Messages.ScaleStep_DisplayName();
        }

        @Override
        public Set<? extends Class<?>> getRequiredContext() {
            return Set.of(Run.class, FlowNode.class, TaskListener.class);
        }
    }
}
