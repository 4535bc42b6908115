package io.jenkins.plugins.transparentdeploy.rollback;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.Util;
import hudson.model.Action;
import hudson.model.Api;
import hudson.model.Item;
import hudson.model.Job;
import hudson.model.ModelObject;
import hudson.model.User;
import hudson.security.AccessControlled;
import hudson.security.Permission;
import hudson.util.HttpResponses;
import io.jenkins.plugins.transparentdeploy.RollbackPermission;
import io.jenkins.plugins.transparentdeploy.agent.RunRequest;
import io.jenkins.plugins.transparentdeploy.records.Actor;
import io.jenkins.plugins.transparentdeploy.records.PackKey;
import io.jenkins.plugins.transparentdeploy.records.ReleaseHistory;
import io.jenkins.plugins.transparentdeploy.records.ReleaseHistory.Place;
import jakarta.servlet.ServletException;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import jenkins.model.Jenkins;
import org.kohsuke.accmod.Restricted;
import org.kohsuke.accmod.restrictions.NoExternalUse;
import org.kohsuke.stapler.HttpResponse;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.StaplerRequest2;
import org.kohsuke.stapler.StaplerResponse2;
import org.kohsuke.stapler.export.Exported;
import org.kohsuke.stapler.export.ExportedBean;
import org.kohsuke.stapler.interceptor.RequirePOST;

/**
 * What is live, what was, and the way back: of one job, of all jobs in a folder, or of all of Jenkins. A service in an
 * environment is shown to those who may see one of the jobs that released it, and rolled back by those who have {@link
 * RollbackPermission#ROLLBACK} on one of them; where a job is gone, {@link Owner} says who decides.
 */
@ExportedBean
public abstract class ReleasesPage implements Action {
    /** Whether releases of this job belong on the page. */
    abstract boolean covers(String jobName);

    /** What the page is of: a job, a folder, or Jenkins. */
    public abstract ModelObject getOwner();

    /** Full name of {@link #getOwner}; empty for Jenkins. */
    public abstract String ownerName();

    /** Below Jenkins's root, ends with a slash. */
    public abstract String getUrl();

    /** The page of what there is left of an item: of itself, of the nearest folder, or of Jenkins. */
    static ReleasesPage of(String fullName) {
        AccessControlled owner = Owner.of(fullName);
        if (owner instanceof Job<?, ?> job) {
            return new ReleasesAction(job);
        }
        return owner instanceof Item folder ? new FolderReleases(folder) : new DeploymentsAction();
    }

    /** Those that the current user may see, in the order of their names. */
    public List<ReleaseHistory> getHistories() {
        return ReleaseHistory.all().stream().filter(this::isVisible).toList();
    }

    /** For programs. */
    public Api getApi() {
        return new Api(this);
    }

    /** For programs: those that the current user may see, in the order of their names. */
    @Exported
    public List<ServiceView> getServices() {
        return getHistories().stream()
                .map(history -> new ServiceView(this, history))
                .toList();
    }

    /** Whether there are so many that a table comes first. */
    public boolean isOverview(List<ReleaseHistory> histories) {
        return histories.size() > 3;
    }

    boolean isVisible(ReleaseHistory history) {
        return has(Item.READ, history);
    }

    public boolean mayRollBack(ReleaseHistory history) {
        return has(RollbackPermission.ROLLBACK, history);
    }

    private boolean has(Permission permission, ReleaseHistory history) {
        Set<String> jobs = history.jobNames();
        return jobs.isEmpty()
                ? covers("") && Jenkins.get().hasPermission(Jenkins.ADMINISTER)
                : jobs.stream().filter(this::covers).anyMatch(job -> Owner.of(job)
                        .hasPermission(permission));
    }

    /** The newest that were asked for. */
    public List<Rollback> rollbacksOf(ReleaseHistory history) {
        return Rollbacks.get().of(history.getService(), history.getEnvironment());
    }

    public ReleaseList listOf(ReleaseHistory history) {
        return new ReleaseList(this, history, 1);
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

    /** A rollback that was asked for on this page or on another that shows the same. */
    @Restricted(NoExternalUse.class) // Stapler
    @CheckForNull
    public Rollback getRollbacks(String id) {
        return Rollbacks.get()
                .find(id)
                .filter(rollback -> history(rollback.getService(), rollback.getEnvironment())
                        .isPresent())
                .orElse(null);
    }

    /** All releases of one service in one environment, a part at a time. */
    @Restricted(NoExternalUse.class) // Stapler
    public void doHistory(
            StaplerRequest2 request,
            StaplerResponse2 response,
            @QueryParameter String service,
            @QueryParameter String environment,
            @QueryParameter int page)
            throws IOException, ServletException {
        ReleaseList list = new ReleaseList(this, required(service, environment), page);
        request.getView(list, "index.jelly").forward(request, response);
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
        RollbackPreview preview = preview(service, environment, to);
        request.getView(preview, "index.jelly").forward(request, response);
    }

    /** What the host says to it: a part of the page before the click, asked for by that. Waits for the host. */
    @Restricted(NoExternalUse.class) // Stapler
    @RequirePOST
    public void doPlan(
            StaplerRequest2 request,
            StaplerResponse2 response,
            @QueryParameter String service,
            @QueryParameter String environment,
            @QueryParameter String to)
            throws IOException, ServletException, InterruptedException {
        HostPreview host = preview(service, environment, to).askHost();
        response.setContentType("text/html;charset=UTF-8");
        request.getView(host, "index.jelly").forward(request, response);
    }

    /** The click. */
    @Restricted(NoExternalUse.class) // Stapler
    @RequirePOST
    public HttpResponse doRollback(
            StaplerRequest2 request,
            @QueryParameter String service,
            @QueryParameter String environment,
            @QueryParameter String to,
            @QueryParameter String reason,
            @QueryParameter boolean force,
            @QueryParameter boolean acceptOneWay)
            throws IOException {
        RollbackPreview preview = preview(service, environment, to);
        if (acceptOneWay && Util.fixEmptyAndTrim(reason) == null) {
            throw HttpResponses.errorWithoutStack(400, Messages.ReleasesPage_OneWayWantsAReason());
        }
        User user = User.current();
        Rollback.Asked asked = new Rollback.Asked(
                user == null ? null : user.getId(),
                request.getRemoteAddr(),
                Util.fixEmptyAndTrim(reason),
                force,
                acceptOneWay);
        Rollback rollback = rollback(preview, asked);
        return HttpResponses.redirectTo(
                "rollbacks/" + Rollbacks.get().start(rollback).getId() + "/");
    }

    private Rollback rollback(RollbackPreview preview, Rollback.Asked asked) {
        Place place = preview.getHistory()
                .place()
                .orElseThrow(() -> HttpResponses.errorWithoutStack(
                        409,
                        "It is not known where " + preview.getService()
                                + " lives. Roll back on its host: tdeploy rollback."));
        RunRequest request = new RunRequest("rollback", place.node(), place.stateDirectory())
                .with("service", preview.getService())
                .with("environment", preview.getEnvironment())
                .with("to", preview.getTo())
                .with("actor", Actor.of(asked.user(), getUrl()))
                .with("reason", asked.reason())
                .with("force", asked.force() ? true : null)
                .with("acceptOneWay", asked.acceptOneWay() ? true : null)
                .with("packRecipient", PackKey.get().recipient())
                .with("packKeyId", PackKey.get().id());
        return new Rollback(preview, asked, request);
    }

    /** Only for those who may roll back: there is nothing to see in it for others. */
    private RollbackPreview preview(String service, String environment, String to) {
        ReleaseHistory history = required(service, environment);
        checkMayRollBack(history);
        try {
            return new RollbackPreview(this, history, Util.fixEmpty(to) == null ? "previous" : to);
        } catch (IllegalArgumentException e) {
            throw HttpResponses.errorWithoutStack(404, e.getMessage());
        }
    }

    void checkMayRollBack(ReleaseHistory history) {
        if (!mayRollBack(history)) {
            // Says what is missing, and where.
            history.jobNames().stream()
                    .filter(this::covers)
                    .findFirst()
                    .map(Owner::of)
                    .orElseGet(Jenkins::get)
                    .checkPermission(RollbackPermission.ROLLBACK);
        }
    }

    private ReleaseHistory required(String service, String environment) {
        return history(service, environment)
                .orElseThrow(() -> HttpResponses.errorWithoutStack(
                        404, "Nothing here has released that. Choose from the page above: " + getUrl()));
    }

    private Optional<ReleaseHistory> history(String service, String environment) {
        return getHistories().stream()
                .filter(history -> history.getService().equals(service)
                        && history.getEnvironment().equals(environment))
                .findFirst();
    }
}
