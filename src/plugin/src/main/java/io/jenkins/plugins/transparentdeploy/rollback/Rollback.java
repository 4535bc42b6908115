package io.jenkins.plugins.transparentdeploy.rollback;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.XmlFile;
import hudson.console.AnnotatedLargeText;
import hudson.model.Api;
import hudson.model.ModelObject;
import hudson.model.User;
import hudson.security.AccessControlled;
import hudson.util.HttpResponses;
import hudson.util.StreamTaskListener;
import io.jenkins.plugins.transparentdeploy.RollbackPermission;
import io.jenkins.plugins.transparentdeploy.agent.Outcome;
import io.jenkins.plugins.transparentdeploy.agent.RunFollower;
import io.jenkins.plugins.transparentdeploy.agent.RunRequest;
import io.jenkins.plugins.transparentdeploy.agent.RunResult;
import io.jenkins.plugins.transparentdeploy.records.LiveView;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.UUID;
import jenkins.model.Jenkins;
import org.kohsuke.accmod.Restricted;
import org.kohsuke.accmod.restrictions.NoExternalUse;
import org.kohsuke.stapler.HttpResponse;
import org.kohsuke.stapler.export.Exported;
import org.kohsuke.stapler.export.ExportedBean;
import org.kohsuke.stapler.interceptor.RequirePOST;

/** One rollback that somebody asked for: what for, how far it is, its log and its end. Kept in a directory of its own. */
@ExportedBean
public final class Rollback implements ModelObject {
    private final String id = UUID.randomUUID().toString();
    /** Full name of what the page is of on which it was asked for: a job or a folder; empty for Jenkins. */
    private final String jobName;

    private final String service;
    private final String environment;
    private final String to;

    @CheckForNull
    private final String user;

    @CheckForNull
    private final String address;

    @CheckForNull
    private final String reason;

    private final boolean force;
    private final long requestedAt = System.currentTimeMillis();
    private final RunFollower follower;

    private long endedAt;

    @CheckForNull
    private Outcome outcome;

    @CheckForNull
    private String message;

    private transient File directory;

    /**
     * Who asked for it, and how.
     *
     * @param user id, or null if nobody was logged in
     * @param address that the request came from: the user's, or a proxy's
     * @param reason null if none was given
     * @param force whether to go on although somebody changed managed files
     * @param acceptOneWay whether to go on across what cannot be taken back
     */
    record Asked(
            @CheckForNull String user,
            String address,
            @CheckForNull String reason,
            boolean force,
            boolean acceptOneWay) {}

    Rollback(RollbackPreview preview, Asked asked, RunRequest request) {
        this.jobName = preview.getPage().ownerName();
        this.service = preview.getService();
        this.environment = preview.getEnvironment();
        this.to = preview.getTo();
        this.user = asked.user();
        this.address = asked.address();
        this.reason = asked.reason();
        this.force = asked.force();
        this.follower = new RunFollower(request);
    }

    static Rollback load(File directory) throws IOException {
        Rollback rollback = (Rollback) file(directory).read();
        rollback.directory = directory;
        return rollback;
    }

    void createIn(File parent) throws IOException {
        directory = new File(parent, id);
        Files.createDirectories(directory.toPath());
        save();
    }

    void save() throws IOException {
        file(directory).write(this);
    }

    private static XmlFile file(File directory) {
        return new XmlFile(Jenkins.XSTREAM2, new File(directory, "rollback.xml"));
    }

    RunFollower follower() {
        return follower;
    }

    void ended(RunResult result) throws IOException {
        outcome = result.outcome();
        message = result.message();
        endedAt = System.currentTimeMillis();
        save();
    }

    void failed(String why) throws IOException {
        outcome = Outcome.ERROR;
        message = why;
        endedAt = System.currentTimeMillis();
        save();
    }

    /** Stops waiting for an agent that does not come back. What was begun on the host is finished there all the same. */
    synchronized void giveUp(String who) throws IOException {
        if (!isWaitingForAgent()) {
            throw HttpResponses.errorWithoutStack(409, Messages.Rollback_NotWaiting());
        }
        failed(Messages.Rollback_GivenUp(who));
    }

    StreamTaskListener openLog() throws IOException {
        return new StreamTaskListener(logFile(), true, StandardCharsets.UTF_8);
    }

    private File logFile() {
        return new File(directory, "log");
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

    /** {@code previous}, or the id of the release that is to come back. */
    @Exported
    public String getTo() {
        return to;
    }

    @Exported
    @CheckForNull
    public String getUser() {
        return user;
    }

    /** The network address that asked, or null if it was asked for before this was kept. */
    @CheckForNull
    public String getAddress() {
        return address;
    }

    @Exported
    @CheckForNull
    public String getReason() {
        return reason;
    }

    public boolean isForce() {
        return force;
    }

    public Date getRequestedAt() {
        return new Date(requestedAt);
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

    @Exported
    public boolean isRestored() {
        return outcome == Outcome.RESTORED;
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
        return !isEnded() && follower.isWaitingForAgent();
    }

    /** Who decides over it. */
    AccessControlled owner() {
        return Owner.of(jobName);
    }

    /** For the page: the page on which it was asked for, or that of what is left of it. */
    public ReleasesPage getPage() {
        return ReleasesPage.of(jobName);
    }

    /** Below Jenkins's root. */
    public String getUrl() {
        return getPage().getUrl() + "rollbacks/" + id + "/";
    }

    @Override
    public String getDisplayName() {
        return Messages.Rollback_DisplayName(service, environment);
    }

    public boolean isMayGiveUp() {
        return owner().hasPermission(RollbackPermission.ROLLBACK);
    }

    /** For those who may roll back. */
    @Restricted(NoExternalUse.class) // Stapler
    @RequirePOST
    public HttpResponse doGiveUp() throws IOException {
        owner().checkPermission(RollbackPermission.ROLLBACK);
        User current = User.current();
        giveUp(current == null ? "anonymous" : current.getId());
        return HttpResponses.redirectTo(".");
    }

    /** How far it is, for a page that asks again and again. */
    @Restricted(NoExternalUse.class) // Stapler
    public HttpResponse doProgress() {
        return LiveView.of(isEnded() ? List.of() : List.of(follower));
    }

    /** The log as it grows. */
    @Restricted(NoExternalUse.class) // Stapler
    public AnnotatedLargeText<Rollback> getLogText() {
        return new AnnotatedLargeText<>(logFile(), StandardCharsets.UTF_8, isEnded(), this);
    }
}
