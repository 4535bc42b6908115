package io.jenkins.plugins.transparentdeploy.steps;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.AbortException;
import hudson.Extension;
import hudson.FilePath;
import hudson.Launcher;
import hudson.Util;
import hudson.model.Item;
import hudson.model.Result;
import hudson.model.Run;
import hudson.model.TaskListener;
import hudson.util.FormValidation;
import io.jenkins.plugins.transparentdeploy.agent.Outcome;
import io.jenkins.plugins.transparentdeploy.agent.RunRequest;
import io.jenkins.plugins.transparentdeploy.agent.RunResult;
import io.jenkins.plugins.transparentdeploy.records.HistoryEntry;
import io.jenkins.plugins.transparentdeploy.settings.Hooks;
import io.jenkins.plugins.transparentdeploy.settings.OptionalFields;
import java.io.Serial;
import java.util.Map;
import java.util.Set;
import jenkins.model.Jenkins;
import net.sf.json.JSONObject;
import org.jenkinsci.plugins.workflow.graph.FlowNode;
import org.jenkinsci.plugins.workflow.steps.Step;
import org.jenkinsci.plugins.workflow.steps.StepContext;
import org.jenkinsci.plugins.workflow.steps.StepDescriptor;
import org.jenkinsci.plugins.workflow.steps.StepExecution;
import org.kohsuke.accmod.Restricted;
import org.kohsuke.accmod.restrictions.NoExternalUse;
import org.kohsuke.stapler.AncestorInPath;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.StaplerRequest2;
import org.kohsuke.stapler.verb.POST;

/** {@code deploy}: releases an artifact, and puts the release before it back if that fails. Returns the release's id. */
public final class DeployStep extends EnvironmentStep {
    @CheckForNull
    private Hooks hooks;

    private boolean despiteFreeze;

    private boolean acceptOneWay;

    private boolean takeOver;

    @DataBoundConstructor
    public DeployStep() {}

    @CheckForNull
    public Hooks getHooks() {
        return hooks;
    }

    @DataBoundSetter
    public void setHooks(@CheckForNull Hooks hooks) {
        this.hooks = hooks;
    }

    public boolean isDespiteFreeze() {
        return despiteFreeze;
    }

    @DataBoundSetter
    public void setDespiteFreeze(boolean despiteFreeze) {
        this.despiteFreeze = despiteFreeze;
    }

    public boolean isAcceptOneWay() {
        return acceptOneWay;
    }

    @DataBoundSetter
    public void setAcceptOneWay(boolean acceptOneWay) {
        this.acceptOneWay = acceptOneWay;
    }

    public boolean isTakeOver() {
        return takeOver;
    }

    @DataBoundSetter
    public void setTakeOver(boolean takeOver) {
        this.takeOver = takeOver;
    }

    @Override
    public StepExecution start(StepContext context) throws Exception {
        requireOneThing();
        Run<?, ?> run = context.get(Run.class);
        Result result = run.getResult();
        if (result != null && result.isWorseThan(Result.SUCCESS)) {
            throw new AbortException(Messages.DeployStep_BadBuild(result));
        }
        StepRequest base = StepRequest.of(context, this);
        ReleaseScope scope = base.scope();
        RunRequest request = base.inWorkspace("deploy", overrides(scope))
                .with("despiteFreeze", despiteFreeze ? true : null)
                .with("acceptOneWay", acceptOneWay ? true : null)
                .with("takeOver", takeOver ? true : null)
                .with("hold", scope == null ? null : true)
                .reachingHostsWith(hostKey(run.getParent().getFullName()));
        addContent(request, context);
        return new Execution(context, request, scope == null ? null : scope.id());
    }

    private Map<String, Object> overrides(@CheckForNull ReleaseScope scope) throws AbortException {
        String analysis = scope == null ? null : scope.analysis();
        String inherited = scope == null ? null : scope.hooks();
        Object hooksOfBlock = inherited == null ? null : StepRequest.parse(inherited);
        return described()
                .with("artifact", archive())
                .with("hooks", hooks == null ? hooksOfBlock : hooks.toServiceFile())
                .with("analysis", analysis == null ? null : StepRequest.parse(analysis))
                .build();
    }

    private static final class Execution extends FollowingExecution {
        @Serial
        private static final long serialVersionUID = 1L;

        private final RunRequest request;

        @CheckForNull
        private final String scopeId;

        @CheckForNull
        private Throwable stopCause;

        Execution(StepContext context, RunRequest request, @CheckForNull String scopeId) {
            super(context);
            this.request = request;
            this.scopeId = scopeId;
        }

        @Override
        public boolean start() {
            follow(request);
            return false;
        }

        @Override
        @CheckForNull
        String scopeId() {
            return scopeId;
        }

        @Override
        void ended(RunRequest done, RunResult result) throws AbortException {
            if (stopCause != null) {
                say(done, result.message());
                getContext().onFailure(stopCause);
                return;
            }
            if (result.outcome() != Outcome.SUCCEEDED && result.outcome() != Outcome.HELD) {
                throw new AbortException(result.message());
            }
            getContext()
                    .onSuccess(result.release()
                            .map(release -> release.path("id").asText())
                            .orElse(null));
        }

        @Override
        public void stop(@NonNull Throwable cause) {
            stopCause = cause;
            requestStop(cause);
        }
    }

    @Extension
    public static final class DescriptorImpl extends StepDescriptor {
        @Override
        public Step newInstance(@CheckForNull StaplerRequest2 request, @NonNull JSONObject form) throws FormException {
            return super.newInstance(
                    request,
                    OptionalFields.prune(
                            form, "target", "strategy", "loadBalancer", "readyCheck", "scaling", "unpack"));
        }

        @Override
        public String getFunctionName() {
            return "deploy";
        }

        @Override
        public String getDisplayName() {
            return Messages.DeployStep_DisplayName();
        }

        @Override
        public Set<? extends Class<?>> getRequiredContext() {
            return Set.of(Run.class, FlowNode.class, TaskListener.class, FilePath.class, Launcher.class);
        }

        @POST
        @Restricted(NoExternalUse.class) // Stapler
        public FormValidation doCheckRelease(
                @AncestorInPath Item item, @QueryParameter String value, @QueryParameter String artifact) {
            if (item == null) {
                Jenkins.get().checkPermission(Jenkins.READ);
            } else {
                item.checkPermission(Item.READ);
            }
            String id = Util.fixEmptyAndTrim(value);
            if (id == null) {
                return FormValidation.ok();
            }
            if (Util.fixEmptyAndTrim(artifact) != null) {
                return FormValidation.error(Messages.DeployStep_Both());
            }
            return HistoryEntry.isId(id) ? FormValidation.ok() : FormValidation.error(Messages.DeployStep_NotAnId(id));
        }

        /** Another plugin's publisher has the symbol {@code deploy}, too: what is meant for it reaches it. */
        @Override
        public Step newInstance(Map<String, Object> arguments) throws Exception {
            return DeployToContainer.isMeant(arguments)
                    ? DeployToContainer.step(arguments)
                    : super.newInstance(arguments);
        }
    }
}
