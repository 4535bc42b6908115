package io.jenkins.plugins.transparentdeploy.records;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.Functions;
import hudson.model.Api;
import hudson.model.Item;
import hudson.model.Run;
import hudson.util.HttpResponses;
import io.jenkins.plugins.transparentdeploy.ReleasePermissions;
import io.jenkins.plugins.transparentdeploy.RollbackPermission;
import io.jenkins.plugins.transparentdeploy.agent.RunFollower;
import jakarta.servlet.ServletException;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import jenkins.model.RunAction2;
import jenkins.util.VirtualFile;
import org.kohsuke.accmod.Restricted;
import org.kohsuke.accmod.restrictions.NoExternalUse;
import org.kohsuke.stapler.HttpResponse;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.StaplerRequest2;
import org.kohsuke.stapler.StaplerResponse2;
import org.kohsuke.stapler.export.Exported;
import org.kohsuke.stapler.export.ExportedBean;
import org.kohsuke.stapler.interceptor.RequirePOST;

/** What a build released: the Release page of the build, and which of it an autoRollback block still decides about. */
@ExportedBean
public final class ReleaseAction implements RunAction2 {
    private static final Logger LOGGER = Logger.getLogger(ReleaseAction.class.getName());

    private final List<ReleaseEntry> releases = new CopyOnWriteArrayList<>();

    private transient Run<?, ?> run;

    /** The action of a build, which gets one if it has none. */
    public static ReleaseAction of(Run<?, ?> run) {
        synchronized (run) {
            ReleaseAction action = run.getAction(ReleaseAction.class);
            if (action == null) {
                action = new ReleaseAction();
                run.addAction(action);
            }
            return action;
        }
    }

    /** The releases that a block decides about, oldest first. */
    public List<ReleaseEntry> heldBy(String scope) {
        return releases.stream().filter(release -> release.isHeldBy(scope)).toList();
    }

    /** The releases that some block had yet to decide about, oldest first. */
    public List<ReleaseEntry> held() {
        return releases.stream().filter(ReleaseEntry::isHeld).toList();
    }

    /** A block has done what it could about its releases. */
    public void letGo(String scope) throws IOException {
        heldBy(scope).forEach(ReleaseEntry::letGo);
        run.save();
    }

    public Optional<ReleaseEntry> find(String id, String service, String environment) {
        return releases.stream()
                .filter(release -> release.is(id, service, environment))
                .findFirst();
    }

    /** Whether one of its releases has this id, in whatever environment. */
    boolean names(String id) {
        return releases.stream().anyMatch(release -> release.getId().equals(id));
    }

    /** For programs. */
    public Api getApi() {
        return new Api(this);
    }

    /** Oldest first. */
    @Exported
    public List<ReleaseEntry> getReleases() {
        return List.copyOf(releases);
    }

    void put(ReleaseEntry release) throws IOException {
        if (!releases.contains(release)) {
            releases.add(release);
        }
        run.save();
    }

    public Run<?, ?> getRun() {
        return run;
    }

    /** For the page. */
    public boolean isMayRollBack() {
        return run.getParent().hasPermission(RollbackPermission.ROLLBACK);
    }

    /** For the page: whether this release can be promoted by the current user, as far as this job decides about it. */
    public boolean isPromotable(ReleaseEntry release) {
        ReleaseHistory history = ReleaseHistory.of(release.getService(), release.getEnvironment());
        return run.getParent().hasPermission(ReleasePermissions.PROMOTE)
                && history.summary(release.getId())
                        .filter(ReleaseSummary::isGood)
                        .isPresent()
                && history.isElsewhere();
    }

    /**
     * For the page: the names of the files of a release among the artifacts of the build, in their order; none for those who
     * may not have them.
     */
    public List<String> filesOf(ReleaseEntry release) {
        if (Functions.isArtifactsPermissionEnabled() && !run.hasPermission(Run.ARTIFACTS)) {
            return List.of();
        }
        try {
            VirtualFile directory =
                    run.getArtifactManager().root().child("release").child(release.getId());
            return directory.isDirectory()
                    ? Stream.of(directory.list())
                            .map(VirtualFile::getName)
                            .sorted()
                            .toList()
                    : List.of();
        } catch (IOException e) {
            LOGGER.log(Level.WARNING, "The artifacts of " + run + " cannot be listed", e);
            return List.of();
        }
    }

    /** For the page: what goes on at this moment. */
    public List<RunFollower> getLive() {
        return LiveRuns.get().of(run);
    }

    /** Whether the current user may stop, pause or promote what goes on. */
    public boolean isMaySteer() {
        return isMayRollBack() || run.getParent().hasPermission(Item.CANCEL);
    }

    /** For the page: whether nothing goes on at this moment, and the build has yet to decide about what it released. */
    public boolean isAwaiting() {
        return run.isBuilding() && getLive().isEmpty() && held().stream().anyMatch(ReleaseEntry::isUndecided);
    }

    /** What goes on, for a page that asks again and again. */
    @Restricted(NoExternalUse.class) // Stapler
    public HttpResponse doProgress() {
        return LiveView.of(getLive(), isAwaiting());
    }

    /**
     * Stops what goes on (it rolls back by itself), or pauses, resumes or promotes it.
     *
     * @param verb {@code abort}, {@code pause}, {@code resume} or {@code promote}
     */
    @Restricted(NoExternalUse.class) // Stapler
    @RequirePOST
    public HttpResponse doSteer(
            @QueryParameter String service,
            @QueryParameter String environment,
            @QueryParameter String verb,
            @QueryParameter String reason)
            throws IOException, InterruptedException {
        if (!isMaySteer()) {
            run.getParent().checkPermission(RollbackPermission.ROLLBACK);
        }
        return new Helm(getLive()).turn(service, environment, verb, reason);
    }

    /** The samples of a release's analysis, for its chart. */
    @Restricted(NoExternalUse.class) // Stapler
    public HttpResponse doSamples(@QueryParameter String id) throws IOException {
        try (InputStream samples = openRecord(id, "samples.jsonl")) {
            return LiveView.json(Samples.read(samples).toJson());
        }
    }

    /** What a release did. */
    @Restricted(NoExternalUse.class) // Stapler
    public void doOperations(StaplerRequest2 request, StaplerResponse2 response, @QueryParameter String id)
            throws IOException, ServletException {
        try (InputStream journal = openRecord(id, "journal.jsonl")) {
            Operations operations = Operations.read(run, require(id), journal);
            request.getView(operations, "index.jelly").forward(request, response);
        }
    }

    private ReleaseEntry require(String id) {
        return releases.stream()
                .filter(release -> release.getId().equals(id))
                .findFirst()
                .orElseThrow(HttpResponses::notFound);
    }

    /** Artifacts may have a permission of their own; what is made of them needs it as well. */
    private InputStream openRecord(String id, String name) throws IOException {
        if (Functions.isArtifactsPermissionEnabled()) {
            run.checkPermission(Run.ARTIFACTS);
        }
        VirtualFile file =
                run.getArtifactManager().root().child("release/" + require(id).getId() + "/" + name);
        if (!file.isFile()) {
            throw HttpResponses.notFound();
        }
        return file.open();
    }

    /** For the page: whether a release has a record of this name, as far as the names are known already. */
    public boolean hasSamples(List<String> files) {
        return files.contains("samples.jsonl");
    }

    /** For the page: who keeps deployments out of where this was released; null if nobody does. */
    @CheckForNull
    public Freeze freezeOf(ReleaseEntry release) {
        return ReleaseHistory.of(release.getService(), release.getEnvironment()).getFreeze();
    }

    /** For the page: how a release stands now, as far as it is remembered. */
    public Standing standingOf(ReleaseEntry release) {
        return release.standing();
    }

    /** What a click beside a release asks for: {@code previous} if it is live, itself if it can come back, else null. */
    @CheckForNull
    public String rollbackTarget(ReleaseEntry release) {
        ReleaseHistory history = ReleaseHistory.of(release.getService(), release.getEnvironment());
        boolean live = history.live()
                .filter(entry -> entry.getId().equals(release.getId()))
                .isPresent();
        boolean undecided = release.heldBy() != null && release.isUndecided();
        if (live || undecided) {
            return "previous";
        }
        return history.summary(release.getId()).filter(ReleaseSummary::isGood).isPresent() ? release.getId() : null;
    }

    /** For the page: the version that {@code previous} brings back; null if only the host knows. */
    @CheckForNull
    public String versionBefore(ReleaseEntry release) {
        return ReleaseHistory.of(release.getService(), release.getEnvironment())
                .wayBack()
                .map(ReleaseSummary::getVersion)
                .orElse(null);
    }

    @Override
    public void onAttached(Run<?, ?> attachedTo) {
        run = attachedTo;
    }

    @Override
    public void onLoad(Run<?, ?> loaded) {
        run = loaded;
    }

    @Override
    public String getIconFileName() {
        return releases.isEmpty() && getLive().isEmpty() ? null : "symbol-git-commit-outline plugin-ionicons-api";
    }

    @Override
    public String getDisplayName() {
        return Messages.ReleaseAction_DisplayName();
    }

    @Override
    public String getUrlName() {
        return "release";
    }
}
