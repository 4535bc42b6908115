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
import io.jenkins.plugins.transparentdeploy.Owner;
import io.jenkins.plugins.transparentdeploy.ReleasePermissions;
import io.jenkins.plugins.transparentdeploy.RollbackPermission;
import io.jenkins.plugins.transparentdeploy.agent.RunRequest;
import io.jenkins.plugins.transparentdeploy.freeze.FreezeDecision;
import io.jenkins.plugins.transparentdeploy.records.ReleaseHistory;
import io.jenkins.plugins.transparentdeploy.records.Replacement;
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

    boolean has(Permission permission, ReleaseHistory history) {
        Set<String> jobs = history.jobNames();
        return jobs.isEmpty()
                ? covers("") && Jenkins.get().hasPermission(Jenkins.ADMINISTER)
                : jobs.stream().filter(this::covers).anyMatch(job -> Owner.of(job)
                        .hasPermission(permission));
    }

    public boolean mayFreeze(ReleaseHistory history) {
        return has(ReleasePermissions.FREEZE, history);
    }

    /**
     * Where a freeze is lifted, below Jenkins's root: the Freeze page of a job that released there, by preference of one
     * where the current user may lift it; the service's own page if no job is left, or none on which that user may. Null if
     * there is nothing of these to see.
     */
    @CheckForNull
    public String freezeUrl(ReleaseHistory history) {
        List<Job<?, ?>> jobs = history.jobNames().stream()
                .filter(this::covers)
                .map(Owner::visibleJob)
                .<Job<?, ?>>flatMap(Optional::stream)
                .toList();
        Optional<Job<?, ?>> deciding = jobs.stream()
                .filter(job -> job.hasPermission(ReleasePermissions.FREEZE))
                .findFirst();
        if (deciding.isEmpty() && mayFreeze(history)) {
            return getUrl() + freezeForm(history);
        }
        return deciding.or(() -> jobs.stream().findFirst())
                .map(job -> job.getUrl() + "freeze/")
                .orElse(null);
    }

    /** On the service's page; names need no escaping. */
    private static String freezeForm(ReleaseHistory history) {
        return "history?service=" + history.getService() + "&environment=" + history.getEnvironment() + "#freeze";
    }

    /** Newest first. */
    public List<Rollback> rollbacksOf(ReleaseHistory history) {
        return Rollbacks.get().of(history.getService(), history.getEnvironment());
    }

    /** The promotions to there, newest first. */
    public List<PromotionRun> promotionsOf(ReleaseHistory history) {
        return Rollbacks.get().of(PromotionRun.class, history.getService(), history.getEnvironment());
    }

    public AuditTrail trailOf(ReleaseHistory history) {
        return new AuditTrail(this, history, 1);
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
        return find(Rollback.class, id);
    }

    /** A promotion; as for rollbacks. */
    @Restricted(NoExternalUse.class) // Stapler
    @CheckForNull
    public PromotionRun getPromotions(String id) {
        return find(PromotionRun.class, id);
    }

    @CheckForNull
    private <T extends Undertaking> T find(Class<T> kind, String id) {
        return Rollbacks.get()
                .find(kind, id)
                .filter(one -> one.isAskedOn(this)
                        || history(one.getService(), one.getEnvironment()).isPresent())
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

    /** Everything that was asked for in Jenkins of one service in one environment, a part at a time. */
    @Restricted(NoExternalUse.class) // Stapler
    public void doAudit(
            StaplerRequest2 request,
            StaplerResponse2 response,
            @QueryParameter String service,
            @QueryParameter String environment,
            @QueryParameter int page)
            throws IOException, ServletException {
        AuditTrail trail = new AuditTrail(this, required(service, environment), page);
        request.getView(trail, "index.jelly").forward(request, response);
    }

    /**
     * Decides whether deployments to an environment are taken; also where no job is left on whose page that could be done.
     * Idempotent.
     *
     * @param frozen {@code true} if they are kept out from now on, {@code false} if they are taken again
     */
    @Restricted(NoExternalUse.class) // Stapler
    @RequirePOST
    public HttpResponse doDecide(
            @QueryParameter String service,
            @QueryParameter String environment,
            @QueryParameter String frozen,
            @QueryParameter String reason)
            throws InterruptedException {
        ReleaseHistory history = required(service, environment);
        check(ReleasePermissions.FREEZE, history);
        FreezeDecision.of(history, frozen, reason).make();
        return HttpResponses.redirectTo(freezeForm(history));
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
            @QueryParameter boolean acceptOneWay,
            @QueryParameter boolean takeOver,
            @QueryParameter String restore,
            @QueryParameter String about) {
        RollbackPreview preview = preview(service, environment, to);
        // A host in place of a lost one has no state that anybody could have seen.
        String shown = takeOver ? null : preview.shown(about);
        if (acceptOneWay && Util.fixEmptyAndTrim(reason) == null) {
            throw HttpResponses.errorWithoutStack(400, Messages.ReleasesPage_OneWayWantsAReason());
        }
        Asked asked = asked(request, reason);
        String target = takeOver ? replacement(preview, restore) : preview.getTo();
        RunRequest run = asked.request("rollback", preview.getHistory())
                .bringing(takeOver ? new Replacement(target) : null)
                .with("to", target)
                .with("about", shown)
                .with("force", force ? true : null)
                .with("acceptOneWay", acceptOneWay ? true : null);
        return follow(Rollbacks.get().start(new Rollback(preview.getHistory(), target, force, asked, run)));
    }

    private static String replacement(RollbackPreview preview, String id) {
        try {
            return preview.replacement(id);
        } catch (IllegalArgumentException e) {
            throw HttpResponses.errorWithoutStack(400, e.getMessage());
        }
    }

    private Asked asked(StaplerRequest2 request, String reason) {
        User user = User.current();
        return new Asked(
                this, user == null ? null : user.getId(), request.getRemoteAddr(), Util.fixEmptyAndTrim(reason));
    }

    private static HttpResponse follow(Undertaking started) {
        return HttpResponses.redirectTo(started.getPath());
    }

    /** The page before a promotion: what would go where. Changes nothing. */
    @Restricted(NoExternalUse.class) // Stapler
    public void doPromotion(
            StaplerRequest2 request,
            StaplerResponse2 response,
            @QueryParameter String service,
            @QueryParameter String environment,
            @QueryParameter String release)
            throws IOException, ServletException {
        PromotionPreview preview = promotion(service, environment, release);
        request.getView(preview, "index.jelly").forward(request, response);
    }

    /** The click. */
    @Restricted(NoExternalUse.class) // Stapler
    @RequirePOST
    public HttpResponse doPromote(
            StaplerRequest2 request,
            @QueryParameter String service,
            @QueryParameter String environment,
            @QueryParameter String release,
            @QueryParameter String to,
            @QueryParameter String reason) {
        PromotionPreview preview = promotion(service, environment, release);
        try {
            return follow(Rollbacks.get().start(preview.to(to, asked(request, reason))));
        } catch (IllegalArgumentException e) {
            throw HttpResponses.errorWithoutStack(404, e.getMessage());
        } catch (IllegalStateException e) {
            throw HttpResponses.errorWithoutStack(409, e.getMessage());
        }
    }

    private PromotionPreview promotion(String service, String environment, String release) {
        ReleaseHistory history = required(service, environment);
        check(ReleasePermissions.PROMOTE, history);
        try {
            return new PromotionPreview(this, history, release);
        } catch (IllegalArgumentException e) {
            throw HttpResponses.errorWithoutStack(404, e.getMessage());
        }
    }

    /** Whether a release of it can be promoted by the current user to any other environment. */
    public boolean mayPromote(ReleaseHistory history) {
        return has(ReleasePermissions.PROMOTE, history)
                && !PromotionPreview.targetsOf(history).isEmpty();
    }

    /** Only for those who may roll back: there is nothing to see in it for others. */
    private RollbackPreview preview(String service, String environment, String to) {
        ReleaseHistory history = required(service, environment);
        check(RollbackPermission.ROLLBACK, history);
        try {
            return new RollbackPreview(this, history, Util.fixEmpty(to) == null ? "previous" : to);
        } catch (IllegalArgumentException e) {
            throw HttpResponses.errorWithoutStack(404, e.getMessage());
        }
    }

    private void check(Permission permission, ReleaseHistory history) {
        if (!has(permission, history)) {
            // Says what is missing, and where.
            history.jobNames().stream()
                    .filter(this::covers)
                    .findFirst()
                    .map(Owner::of)
                    .orElseGet(Jenkins::get)
                    .checkPermission(permission);
        }
    }

    ReleaseHistory required(String service, String environment) {
        return history(service, environment)
                .orElseThrow(
                        () -> HttpResponses.errorWithoutStack(404, Messages.ReleasesPage_NotReleasedHere(getUrl())));
    }

    private Optional<ReleaseHistory> history(String service, String environment) {
        return getHistories().stream()
                .filter(history -> history.getService().equals(service)
                        && history.getEnvironment().equals(environment))
                .findFirst();
    }
}
