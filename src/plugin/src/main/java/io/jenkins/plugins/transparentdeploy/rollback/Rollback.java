package io.jenkins.plugins.transparentdeploy.rollback;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.XmlFile;
import hudson.console.AnnotatedLargeText;
import hudson.model.Job;
import hudson.model.ModelObject;
import hudson.util.StreamTaskListener;
import io.jenkins.plugins.transparentdeploy.agent.Outcome;
import io.jenkins.plugins.transparentdeploy.agent.RunFollower;
import io.jenkins.plugins.transparentdeploy.agent.RunRequest;
import io.jenkins.plugins.transparentdeploy.agent.RunResult;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.Optional;
import java.util.UUID;
import jenkins.model.Jenkins;
import org.kohsuke.accmod.Restricted;
import org.kohsuke.accmod.restrictions.NoExternalUse;

/** One rollback that somebody asked for: what for, how far it is, its log and its end. Kept in a directory of its own. */
public final class Rollback implements ModelObject {
    private final String id = UUID.randomUUID().toString();
    private final String jobName;
    private final String service;
    private final String environment;
    private final String to;

    @CheckForNull
    private final String user;

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

    Rollback(
            Job<?, ?> job,
            RollbackPreview preview,
            @CheckForNull String user,
            @CheckForNull String reason,
            boolean force,
            RunRequest request) {
        this.jobName = job.getFullName();
        this.service = preview.getService();
        this.environment = preview.getEnvironment();
        this.to = preview.getTo();
        this.user = user;
        this.reason = reason;
        this.force = force;
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

    StreamTaskListener openLog() throws IOException {
        return new StreamTaskListener(logFile(), true, StandardCharsets.UTF_8);
    }

    private File logFile() {
        return new File(directory, "log");
    }

    public String getId() {
        return id;
    }

    public String getService() {
        return service;
    }

    public String getEnvironment() {
        return environment;
    }

    /** {@code previous}, or the id of the release that is to come back. */
    public String getTo() {
        return to;
    }

    @CheckForNull
    public String getUser() {
        return user;
    }

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
    @CheckForNull
    public Outcome getOutcome() {
        return outcome;
    }

    @CheckForNull
    public String getMessage() {
        return message;
    }

    public boolean isEnded() {
        return outcome != null;
    }

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

    public boolean isWaitingForAgent() {
        return !isEnded() && follower.isWaitingForAgent();
    }

    String jobName() {
        return jobName;
    }

    /** The job on whose page it was asked for; empty if that is gone. */
    Optional<Job<?, ?>> job() {
        return Optional.ofNullable(Jenkins.get().getItemByFullName(jobName, Job.class))
                .map(job -> (Job<?, ?>) job);
    }

    /** For the page. */
    @CheckForNull
    public Job<?, ?> getJob() {
        return job().orElse(null);
    }

    /** Below Jenkins's root. */
    public String getUrl() {
        return job().map(job -> job.getUrl() + "releases/rollbacks/" + id + "/").orElse("");
    }

    @Override
    public String getDisplayName() {
        return Messages.Rollback_DisplayName(service, environment);
    }

    /** The log as it grows. */
    @Restricted(NoExternalUse.class) // Stapler
    public AnnotatedLargeText<Rollback> getLogText() {
        return new AnnotatedLargeText<>(logFile(), StandardCharsets.UTF_8, isEnded(), this);
    }
}
