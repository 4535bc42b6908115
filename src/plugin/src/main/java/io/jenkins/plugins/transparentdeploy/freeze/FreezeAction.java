package io.jenkins.plugins.transparentdeploy.freeze;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.Extension;
import hudson.model.Action;
import hudson.model.Job;
import hudson.util.HttpResponses;
import io.jenkins.plugins.transparentdeploy.ReleasePermissions;
import io.jenkins.plugins.transparentdeploy.records.ReleaseHistory;
import io.jenkins.plugins.transparentdeploy.records.ReleasingJobs;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import jenkins.model.TransientActionFactory;
import org.kohsuke.accmod.Restricted;
import org.kohsuke.accmod.restrictions.NoExternalUse;
import org.kohsuke.stapler.HttpResponse;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.interceptor.RequirePOST;

/**
 * The page of a job on which somebody with {@link ReleasePermissions#FREEZE} keeps deployments out of the environments
 * that it released to, or takes them again. Everybody who may see the job sees which are frozen, by whom, and why. Where no
 * job is left, the page of the service is the place.
 */
public final class FreezeAction implements Action {
    private final Job<?, ?> job;

    FreezeAction(Job<?, ?> job) {
        this.job = job;
    }

    public Job<?, ?> getJob() {
        return job;
    }

    public List<ReleaseHistory> getHistories() {
        return ReleasingJobs.get().historiesOf(job);
    }

    public boolean isMayFreeze() {
        return job.hasPermission(ReleasePermissions.FREEZE);
    }

    /** In the side panel for those who can do something here; others are led here by what tells them of a freeze. */
    @Override
    @CheckForNull
    public String getIconFileName() {
        return isMayFreeze() ? "symbol-snow-outline plugin-ionicons-api" : null;
    }

    @Override
    public String getDisplayName() {
        return Messages.FreezeAction_DisplayName();
    }

    @Override
    public String getUrlName() {
        return "freeze";
    }

    /**
     * Decides about one environment. Idempotent.
     *
     * @param frozen {@code true} if deployments are kept out from now on, {@code false} if they are taken again
     */
    @Restricted(NoExternalUse.class) // Stapler
    @RequirePOST
    public HttpResponse doDecide(
            @QueryParameter String service,
            @QueryParameter String environment,
            @QueryParameter String frozen,
            @QueryParameter String reason)
            throws InterruptedException {
        job.checkPermission(ReleasePermissions.FREEZE);
        ReleaseHistory history = getHistories().stream()
                .filter(each -> each.getService().equals(service)
                        && each.getEnvironment().equals(environment))
                .findFirst()
                .orElseThrow(() -> HttpResponses.errorWithoutStack(404, Messages.FreezeAction_NotReleased()));
        FreezeDecision.of(history, frozen, reason).make();
        return HttpResponses.redirectTo(".");
    }

    /** Puts the page on jobs that have released something. */
    @Extension
    @SuppressWarnings("rawtypes")
    public static final class Factory extends TransientActionFactory<Job> {
        @Override
        public Class<Job> type() {
            return Job.class;
        }

        @Override
        public Collection<? extends Action> createFor(Job job) {
            return ReleasingJobs.get().hasReleased(job) ? Set.of(new FreezeAction(job)) : Set.of();
        }
    }
}
