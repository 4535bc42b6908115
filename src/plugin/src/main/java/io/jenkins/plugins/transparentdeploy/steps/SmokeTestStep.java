package io.jenkins.plugins.transparentdeploy.steps;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.AbortException;
import hudson.Extension;
import hudson.FilePath;
import hudson.Launcher;
import hudson.Util;
import hudson.model.Result;
import hudson.model.Run;
import hudson.model.TaskListener;
import io.jenkins.plugins.transparentdeploy.agent.Outcome;
import io.jenkins.plugins.transparentdeploy.agent.RunRequest;
import io.jenkins.plugins.transparentdeploy.agent.RunResult;
import io.jenkins.plugins.transparentdeploy.settings.CheckSetting;
import io.jenkins.plugins.transparentdeploy.settings.Properties;
import java.io.Serial;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jenkinsci.plugins.workflow.actions.WarningAction;
import org.jenkinsci.plugins.workflow.graph.FlowNode;
import org.jenkinsci.plugins.workflow.steps.StepContext;
import org.jenkinsci.plugins.workflow.steps.StepDescriptor;
import org.jenkinsci.plugins.workflow.steps.StepExecution;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;

/** {@code smokeTest}: asks the service and publishes the answers as test results. Returns passed, score and checks. */
public final class SmokeTestStep extends ReleaseStep {
    @CheckForNull
    private List<CheckSetting> checks;

    @CheckForNull
    private Integer retries;

    @CheckForNull
    private String interval;

    @CheckForNull
    private String timeout;

    private boolean unstableOnFailure;

    @DataBoundConstructor
    public SmokeTestStep() {}

    @CheckForNull
    public List<CheckSetting> getChecks() {
        return checks;
    }

    @DataBoundSetter
    public void setChecks(@CheckForNull List<CheckSetting> checks) {
        this.checks = checks == null || checks.isEmpty() ? null : checks;
    }

    @CheckForNull
    public Integer getRetries() {
        return retries;
    }

    @DataBoundSetter
    public void setRetries(@CheckForNull Integer retries) {
        this.retries = retries;
    }

    @CheckForNull
    public String getInterval() {
        return interval;
    }

    @DataBoundSetter
    public void setInterval(@CheckForNull String interval) {
        this.interval = Util.fixEmptyAndTrim(interval);
    }

    @CheckForNull
    public String getTimeout() {
        return timeout;
    }

    @DataBoundSetter
    public void setTimeout(@CheckForNull String timeout) {
        this.timeout = Util.fixEmptyAndTrim(timeout);
    }

    public boolean isUnstableOnFailure() {
        return unstableOnFailure;
    }

    @DataBoundSetter
    public void setUnstableOnFailure(boolean unstableOnFailure) {
        this.unstableOnFailure = unstableOnFailure;
    }

    @Override
    public StepExecution start(StepContext context) throws Exception {
        Map<String, Object> smokeTest = new Properties()
                .withAll("checks", checks)
                .with("retries", retries)
                .with("interval", interval)
                .with("timeout", timeout)
                .build();
        Map<String, Object> overrides =
                new Properties().with("smokeTest", smokeTest).build();
        RunRequest request = StepRequest.of(context, this).aboutHeldRelease("smokeTest", overrides);
        return new Execution(context, request, unstableOnFailure);
    }

    private static final class Execution extends FollowingExecution {
        @Serial
        private static final long serialVersionUID = 1L;

        private final RunRequest request;
        private final boolean unstableOnFailure;

        Execution(StepContext context, RunRequest request, boolean unstableOnFailure) {
            super(context);
            this.request = request;
            this.unstableOnFailure = unstableOnFailure;
        }

        @Override
        public boolean start() {
            follow(request);
            return false;
        }

        @Override
        void ended(RunRequest done, RunResult result) throws Exception {
            TestResults.publish(getContext(), result);
            boolean passed = result.outcome() == Outcome.PASSED;
            if (!passed && !(result.outcome() == Outcome.FAILED && unstableOnFailure)) {
                throw new AbortException(result.message());
            }
            if (!passed) {
                getContext()
                        .get(FlowNode.class)
                        .addOrReplaceAction(new WarningAction(Result.UNSTABLE).withMessage(result.message()));
                getContext().get(Run.class).setResult(Result.UNSTABLE);
                say(done, "WARNING: " + result.message());
            }
            getContext().onSuccess(summary(passed, result));
        }

        private static Map<String, Object> summary(boolean passed, RunResult result) {
            Map<String, Object> summary = new LinkedHashMap<>();
            summary.put("passed", passed);
            result.smokeTest().ifPresent(report -> {
                summary.put("score", report.path("score").asDouble());
                summary.put(
                        "checks",
                        new ObjectMapper()
                                .convertValue(
                                        report.path("results"), new TypeReference<List<Map<String, Object>>>() {}));
            });
            return summary;
        }

        @Override
        public void stop(@NonNull Throwable cause) {
            // Asking changes nothing and has its own time limit: what is left of it may finish.
            getContext().onFailure(cause);
        }
    }

    @Extension
    public static final class DescriptorImpl extends StepDescriptor {
        @Override
        public String getFunctionName() {
            return "smokeTest";
        }

        @Override
        public String getDisplayName() {
            return Messages.SmokeTestStep_DisplayName();
        }

        @Override
        public Set<? extends Class<?>> getRequiredContext() {
            return Set.of(Run.class, FlowNode.class, TaskListener.class, FilePath.class, Launcher.class);
        }
    }
}
