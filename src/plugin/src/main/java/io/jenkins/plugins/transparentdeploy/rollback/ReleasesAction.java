package io.jenkins.plugins.transparentdeploy.rollback;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.Extension;
import hudson.Util;
import hudson.model.Action;
import hudson.model.Job;
import hudson.model.User;
import hudson.util.HttpResponses;
import io.jenkins.plugins.transparentdeploy.RollbackPermission;
import io.jenkins.plugins.transparentdeploy.agent.RunRequest;
import io.jenkins.plugins.transparentdeploy.records.Actor;
import io.jenkins.plugins.transparentdeploy.records.PackKey;
import io.jenkins.plugins.transparentdeploy.records.ReleaseHistory;
import io.jenkins.plugins.transparentdeploy.records.ReleaseHistory.Place;
import io.jenkins.plugins.transparentdeploy.records.ReleasingJobs;
import jakarta.servlet.ServletException;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import jenkins.model.TransientActionFactory;
import org.kohsuke.accmod.Restricted;
import org.kohsuke.accmod.restrictions.NoExternalUse;
import org.kohsuke.stapler.HttpResponse;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.StaplerRequest2;
import org.kohsuke.stapler.StaplerResponse2;
import org.kohsuke.stapler.interceptor.RequirePOST;

/**
 * The Releases page of a job: every service and environment that its builds released, with what is live and the way
 * back. Rolling back asks for {@link RollbackPermission#ROLLBACK} on the job.
 */
public final class ReleasesAction implements Action {
    private final Job<?, ?> job;

    ReleasesAction(Job<?, ?> job) {
        this.job = job;
    }

    public Job<?, ?> getJob() {
        return job;
    }

    public List<ReleaseHistory> getHistories() {
        return ReleasingJobs.get().historiesOf(job);
    }

    public List<Rollback> rollbacksOf(ReleaseHistory history) {
        return Rollbacks.get().of(history.getService(), history.getEnvironment());
    }

    public boolean isMayRollBack() {
        return job.hasPermission(RollbackPermission.ROLLBACK);
    }

    @Override
    @CheckForNull
    public String getIconFileName() {
        return "symbol-swap-vertical-outline plugin-ionicons-api";
    }

    @Override
    public String getDisplayName() {
        return Messages.ReleasesAction_DisplayName();
    }

    @Override
    public String getUrlName() {
        return "releases";
    }

    /** A rollback that was asked for on this job or on another that releases the same. */
    @Restricted(NoExternalUse.class) // Stapler
    @CheckForNull
    public Rollback getRollbacks(String id) {
        return Rollbacks.get()
                .find(id)
                .filter(rollback -> history(rollback.getService(), rollback.getEnvironment())
                        .isPresent())
                .orElse(null);
    }

    /** The page before the click: what would happen. Changes nothing. */
    @Restricted(NoExternalUse.class) // Stapler
    public void doConfirm(
            StaplerRequest2 request,
            StaplerResponse2 response,
            @QueryParameter String service,
            @QueryParameter String environment,
            @QueryParameter String to)
            throws IOException, ServletException {
        job.checkPermission(RollbackPermission.ROLLBACK);
        request.getView(preview(service, environment, to), "index.jelly").forward(request, response);
    }

    /** The click. */
    @Restricted(NoExternalUse.class) // Stapler
    @RequirePOST
    public HttpResponse doRollback(
            @QueryParameter String service,
            @QueryParameter String environment,
            @QueryParameter String to,
            @QueryParameter String reason,
            @QueryParameter boolean force)
            throws IOException {
        job.checkPermission(RollbackPermission.ROLLBACK);
        Rollback rollback = Rollbacks.get().start(rollback(preview(service, environment, to), reason, force));
        return HttpResponses.redirectTo("rollbacks/" + rollback.getId() + "/");
    }

    private Rollback rollback(RollbackPreview preview, String reason, boolean force) {
        Place place = ReleaseHistory.of(preview.getService(), preview.getEnvironment())
                .place()
                .orElseThrow(() -> HttpResponses.errorWithoutStack(
                        409,
                        "It is not known where " + preview.getService()
                                + " lives. Roll back on its host: tdeploy rollback."));
        User user = User.current();
        String who = user == null ? null : user.getId();
        RunRequest request = new RunRequest("rollback", place.node(), place.stateDirectory())
                .with("service", preview.getService())
                .with("environment", preview.getEnvironment())
                .with("to", preview.getTo())
                .with("actor", Actor.of(who, job.getUrl() + getUrlName() + "/"))
                .with("reason", Util.fixEmptyAndTrim(reason))
                .with("force", force ? true : null)
                .with("packRecipient", PackKey.get().recipient())
                .with("packKeyId", PackKey.get().id());
        return new Rollback(job, preview, who, Util.fixEmptyAndTrim(reason), force, request);
    }

    private RollbackPreview preview(String service, String environment, String to) {
        ReleaseHistory history = history(service, environment)
                .orElseThrow(() -> HttpResponses.errorWithoutStack(
                        404, "This job has not released that. Choose from its Releases page."));
        try {
            return new RollbackPreview(job, history, Util.fixEmpty(to) == null ? "previous" : to);
        } catch (IllegalArgumentException e) {
            throw HttpResponses.errorWithoutStack(404, e.getMessage());
        }
    }

    /** Only what this job released: the permission is the job's. */
    private Optional<ReleaseHistory> history(String service, String environment) {
        return getHistories().stream()
                .filter(history -> history.getService().equals(service)
                        && history.getEnvironment().equals(environment))
                .findFirst();
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
            return ReleasingJobs.get().hasReleased(job) ? Set.of(new ReleasesAction(job)) : Set.of();
        }
    }
}
