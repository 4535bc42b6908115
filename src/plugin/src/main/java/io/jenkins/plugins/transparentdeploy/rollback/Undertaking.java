package io.jenkins.plugins.transparentdeploy.rollback;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.console.AnnotatedLargeText;
import hudson.model.Api;
import hudson.model.ModelObject;
import hudson.model.User;
import hudson.security.AccessDeniedException3;
import hudson.security.Permission;
import hudson.util.HttpResponses;
import hudson.util.StreamTaskListener;
import io.jenkins.plugins.transparentdeploy.agent.Outcome;
import io.jenkins.plugins.transparentdeploy.agent.Refusal;
import io.jenkins.plugins.transparentdeploy.agent.RunFollower;
import io.jenkins.plugins.transparentdeploy.agent.RunRequest;
import io.jenkins.plugins.transparentdeploy.agent.RunResult;
import io.jenkins.plugins.transparentdeploy.records.Helm;
import io.jenkins.plugins.transparentdeploy.records.LiveView;
import io.jenkins.plugins.transparentdeploy.records.ReleaseHistory;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import jenkins.model.Jenkins;
import org.kohsuke.accmod.Restricted;
import org.kohsuke.accmod.restrictions.NoExternalUse;
import org.kohsuke.stapler.HttpResponse;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.export.Exported;
import org.kohsuke.stapler.export.ExportedBean;
import org.kohsuke.stapler.interceptor.RequirePOST;

/**
 * Something that somebody asked for on a page, and that the host of a service does: what for, how far it is, its log and its
 * end. Kept in a directory of its own, as far as the controller's disk takes it: nothing that was asked for depends on that.
 */
@ExportedBean(defaultVisibility = 3)
public abstract class Undertaking implements ModelObject {
    private final String id = UUID.randomUUID().toString();
    /** Full name of what the page is of on which it was asked for: a job or a folder; empty for Jenkins. */
    private final String jobName;

    private final String service;
    private final String environment;

    @CheckForNull
    private final String user;

    @CheckForNull
    private final String address;

    @CheckForNull
    private final String reason;

    private final long requestedAt = System.currentTimeMillis();
    /** Null when this has ended: a host's answer may be long, and what there is to say of it is said by then. */
    private volatile RunFollower follower;

    @CheckForNull
    private volatile RunFollower unheard;

    private volatile long endedAt;

    @CheckForNull
    private volatile Outcome outcome;

    @CheckForNull
    private volatile String message;

    @CheckForNull
    private volatile String obstacle;

    private transient UndertakingDirectory directory;

    Undertaking(ReleaseHistory history, Asked asked, RunRequest request) {
        this.jobName = asked.page().ownerName();
        this.service = history.getService();
        this.environment = history.getEnvironment();
        this.user = asked.user();
        this.address = asked.address();
        this.reason = asked.reason();
        this.follower = new RunFollower(request);
    }

    /** What it takes to ask for it, and to give it up. */
    abstract Permission permission();

    /** The page's name for all of its kind. */
    abstract String urlName();

    /** Whether it came to the end that was wanted. */
    abstract boolean isWell(Outcome end);

    /** What was asked for, in a few words. */
    public abstract String getWhat();

    /** For the page: what is going on, in one or two sentences. */
    public abstract String getGoingOn();

    /** For the page: what is meant by giving it up while the agent is away. */
    public abstract String getGivingUp();

    static Undertaking load(File directory) throws IOException {
        UndertakingDirectory kept = new UndertakingDirectory(directory);
        Undertaking loaded = kept.read();
        loaded.directory = kept;
        return loaded;
    }

    /** Those of earlier versions kept it. Returns whether there was something. */
    final synchronized boolean dropAnswer() {
        boolean kept = isEnded() && follower != null;
        follower = isEnded() ? null : follower;
        return kept;
    }

    void createIn(File parent) {
        directory = new UndertakingDirectory(new File(parent, id));
        save();
    }

    /** Keeps it as it is now; if that cannot be, in memory only, until it is tried again. */
    synchronized void save() {
        directory.write(this);
    }

    /** To be asked for before it has ended: it is gone afterwards. */
    RunFollower follower() {
        return follower;
    }

    /** What there is to say about an end beside what the host says; may be empty. */
    String remark(RunResult end) {
        return "";
    }

    /** The first end stays. */
    final void ended(RunResult result) {
        ended(result, remark(result));
    }

    /** @param remark what else there is to say about it */
    final void ended(RunResult result, String remark) {
        obstacle = result.refusal().map(Refusal::obstacle).orElse(null);
        end(result.outcome(), (PageAdvice.of(result) + " " + remark).strip());
    }

    /** What kept it from being done, in the words of {@link Refusal}; null if nothing of that kind did. */
    @CheckForNull
    final String obstacle() {
        return obstacle;
    }

    final void failed(String why) {
        end(Outcome.ERROR, why);
    }

    private synchronized void end(Outcome newOutcome, String newMessage) {
        if (isEnded()) {
            return;
        }
        message = newMessage;
        endedAt = System.currentTimeMillis();
        outcome = newOutcome; // after the others: who sees it sees them
        dropAnswer();
        save();
    }

    /** Stops waiting for an agent that does not come back. What was begun on the host is finished there all the same. */
    final synchronized void giveUp(String who) {
        if (!isWaitingForAgent()) {
            throw HttpResponses.errorWithoutStack(409, Messages.Undertaking_NotWaiting());
        }
        Optional<RunResult> end = follower.end();
        if (end.isPresent()) {
            ended(
                    end.get(),
                    Messages.Undertaking_RecordsLeft(who, follower.request().node()));
        } else {
            unheard = follower.mayBeUnderWay() ? follower : null;
            failed(Messages.Undertaking_GivenUp(who));
        }
    }

    /** What nobody waits for any more, and what came of it is not known; null if there is nothing. */
    @CheckForNull
    final RunFollower unheard() {
        return unheard;
    }

    /** @param end what came of it after all, or null if that will never be known */
    final synchronized void heard(@CheckForNull RunResult end) {
        unheard = null;
        if (end != null) {
            message = message + " " + Messages.Undertaking_HeardLater(PageAdvice.of(end));
            outcome = end.outcome();
        }
        save();
    }

    /** Nothing that was begun depends on whether its log can be written. */
    StreamTaskListener openLog() {
        return directory.openLog();
    }

    /** Whether it outlives a restart of the controller. */
    public boolean isKept() {
        return directory.isWritten();
    }

    /** For the page: whether it has a log, or will have one. */
    public boolean isLogged() {
        return isKept() && !isEnded() || directory.log().exists();
    }

    /** For programs. */
    public Api getApi() {
        return new Api(this);
    }

    @Exported
    public String getId() {
        return id;
    }

    @Exported
    public String getService() {
        return service;
    }

    @Exported
    public String getEnvironment() {
        return environment;
    }

    @Exported
    @CheckForNull
    public String getUser() {
        return user;
    }

    /**
     * The network address that asked; null for those who do not decide over it, and if it was asked for before this was kept.
     */
    @Exported
    @CheckForNull
    public String getAddress() {
        return mayDecide() ? address : null;
    }

    @Exported
    @CheckForNull
    public String getReason() {
        return reason;
    }

    public Date getRequestedAt() {
        return new Date(requestedAt);
    }

    /** For programs: ISO 8601. */
    @Exported(name = "requestedAt")
    public String getRequestedAtIso() {
        return Instant.ofEpochMilli(requestedAt).toString();
    }

    /** Null as long as it goes on. */
    @Exported
    @CheckForNull
    public Outcome getOutcome() {
        return outcome;
    }

    @Exported
    @CheckForNull
    public String getMessage() {
        return message;
    }

    @Exported
    public boolean isEnded() {
        return outcome != null;
    }

    /** Whether it has come to the end that was wanted. */
    @Exported
    public boolean isDone() {
        return outcome != null && isWell(outcome);
    }

    /** From the click to the end, or to now. */
    public Duration getTook() {
        return Duration.between(
                Instant.ofEpochMilli(requestedAt), isEnded() ? Instant.ofEpochMilli(endedAt) : Instant.now());
    }

    public String getTookText() {
        return hudson.Util.getTimeSpanString(getTook().toMillis());
    }

    /** For programs. */
    @Exported
    public long getTookMillis() {
        return getTook().toMillis();
    }

    @Exported
    public boolean isWaitingForAgent() {
        return getLive().stream().anyMatch(RunFollower::isWaitingForAgent);
    }

    /**
     * Whether the current user decides over it: who may ask for it in the environment that it changes, on whatever page it
     * was asked for.
     */
    boolean mayDecide() {
        return allows(permission());
    }

    /** Whether the current user has a permission in the environment that it changes. */
    boolean allows(Permission asked) {
        return new DeploymentsAction().has(asked, ReleaseHistory.of(service, environment));
    }

    /** @throws AccessDeniedException3 unless {@link #mayDecide} */
    void checkMayDecide() {
        if (!mayDecide()) {
            throw new AccessDeniedException3(Jenkins.getAuthentication2(), permission());
        }
    }

    /** What a job asked for is seen on its page, also when that is about an environment of another job. */
    boolean isAskedOn(ReleasesPage page) {
        return jobName.equals(page.ownerName()) && !jobName.isEmpty();
    }

    /** For the page: the page on which it was asked for, or that of what is left of it. */
    public ReleasesPage getPage() {
        return ReleasesPage.of(jobName);
    }

    /** Below every page that shows it. */
    public String getPath() {
        return urlName() + "/" + id + "/";
    }

    /** Below Jenkins's root. */
    public String getUrl() {
        return getPage().getUrl() + getPath();
    }

    public boolean isMayGiveUp() {
        return mayDecide();
    }

    /** For those who may ask for it there. */
    @Restricted(NoExternalUse.class) // Stapler
    @RequirePOST
    public HttpResponse doGiveUp() {
        checkMayDecide();
        User current = User.current();
        giveUp(current == null ? "anonymous" : current.getId());
        return HttpResponses.redirectTo(".");
    }

    /** How far it is, for a page that asks again and again. */
    @Restricted(NoExternalUse.class) // Stapler
    public HttpResponse doProgress() {
        return LiveView.of(getLive());
    }

    /** For the page: what goes on at this moment. */
    public List<RunFollower> getLive() {
        RunFollower present = follower;
        return isEnded() || present == null ? List.of() : List.of(present);
    }

    /**
     * Stops what goes forward (it rolls back by itself), or pauses, resumes or promotes it; for those who may ask for it
     * there.
     */
    @Restricted(NoExternalUse.class) // Stapler
    @RequirePOST
    public HttpResponse doSteer(@QueryParameter String verb, @QueryParameter String reason)
            throws IOException, InterruptedException {
        checkMayDecide();
        return new Helm(getLive()).turn(service, environment, verb, reason);
    }

    /** The log as it grows. */
    @Restricted(NoExternalUse.class) // Stapler
    public AnnotatedLargeText<Undertaking> getLogText() {
        return new AnnotatedLargeText<>(directory.log(), StandardCharsets.UTF_8, isEnded(), this);
    }
}
