package io.jenkins.plugins.transparentdeploy.steps;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.AbortException;
import hudson.Extension;
import hudson.FilePath;
import hudson.Util;
import hudson.model.Run;
import hudson.model.TaskListener;
import io.jenkins.plugins.transparentdeploy.agent.Outcome;
import io.jenkins.plugins.transparentdeploy.agent.RunRequest;
import io.jenkins.plugins.transparentdeploy.agent.RunResult;
import io.jenkins.plugins.transparentdeploy.records.Place;
import io.jenkins.plugins.transparentdeploy.records.ReleaseHistory;
import java.io.Serial;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jenkinsci.plugins.workflow.graph.FlowNode;
import org.jenkinsci.plugins.workflow.steps.StepContext;
import org.jenkinsci.plugins.workflow.steps.StepDescriptor;
import org.jenkinsci.plugins.workflow.steps.StepExecution;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;

/**
 * {@code rollback}: puts an earlier release back. It happens where the service lives, which the controller remembers;
 * so it needs a workspace only for a service that this controller has never released.
 */
public final class RollbackStep extends ReleaseStep {
    @CheckForNull
    private String to;

    private boolean acceptOneWay;

    @DataBoundConstructor
    public RollbackStep() {}

    @CheckForNull
    public String getTo() {
        return to;
    }

    @DataBoundSetter
    public void setTo(@CheckForNull String to) {
        this.to = Util.fixEmptyAndTrim(to);
    }

    public boolean isAcceptOneWay() {
        return acceptOneWay;
    }

    @DataBoundSetter
    public void setAcceptOneWay(boolean acceptOneWay) {
        this.acceptOneWay = acceptOneWay;
    }

    @Override
    public StepExecution start(StepContext context) throws Exception {
        StepRequest base = StepRequest.of(context, this);
        String service = base.service();
        Optional<Place> place = service == null
                ? Optional.empty()
                : ReleaseHistory.of(service, base.environment()).place();
        RunRequest request;
        if (place.isPresent()) {
            base.requireAdmission(service);
            String stateDirectory = base.stateDirectory();
            request = base.on(
                            "rollback",
                            place.get().node(),
                            stateDirectory == null ? place.get().stateDirectory() : stateDirectory)
                    .reachingHostsWith(place.get().hostKey());
        } else if (context.get(FilePath.class) != null) {
            request = base.inWorkspace("rollback", Map.of());
        } else {
            throw new AbortException(Messages.ReleaseStep_PlaceUnknown("rollback"));
        }
        return new Execution(
                context,
                request.with("to", to == null ? "previous" : to).with("acceptOneWay", acceptOneWay ? true : null));
    }

    private static final class Execution extends FollowingExecution {
        @Serial
        private static final long serialVersionUID = 1L;

        private final RunRequest request;

        @CheckForNull
        private Throwable stopCause;

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
            boolean restored = result.outcome() == Outcome.RESTORED;
            if (!restored && stopCause == null) {
                throw new AbortException(result.message());
            }
            say(done, result.message());
            if (stopCause != null) {
                getContext().onFailure(stopCause);
                return;
            }
            getContext()
                    .onSuccess(result.release()
                            .map(release -> release.path("id").asText())
                            .orElse(null));
        }

        @Override
        public void stop(@NonNull Throwable cause) {
            stopCause = cause;
            if (!mayBeUnderWay()) {
                requestStop(cause);
                return;
            }
            say(request, Messages.RollbackStep_Finishes());
            leaveRecords();
        }
    }

    @Extension
    public static final class DescriptorImpl extends StepDescriptor {
        @Override
        public String getFunctionName() {
            return "rollback";
        }

        @Override
        public String getDisplayName() {
            return Messages.RollbackStep_DisplayName();
        }

        @Override
        public Set<? extends Class<?>> getRequiredContext() {
            return Set.of(Run.class, FlowNode.class, TaskListener.class);
        }
    }
}
