package io.jenkins.plugins.transparentdeploy.steps;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.AbortException;
import hudson.FilePath;
import hudson.Util;
import hudson.model.Run;
import io.jenkins.plugins.transparentdeploy.agent.RunRequest;
import io.jenkins.plugins.transparentdeploy.records.HistoryEntry;
import io.jenkins.plugins.transparentdeploy.records.Promotion;
import io.jenkins.plugins.transparentdeploy.settings.Properties;
import java.io.IOException;
import java.util.Map;
import org.jenkinsci.plugins.workflow.graph.FlowNode;
import org.jenkinsci.plugins.workflow.steps.StepContext;
import org.kohsuke.stapler.DataBoundSetter;
import org.springframework.security.core.Authentication;

/** What is deployed: an artifact, or the very content of a release that has proven itself elsewhere. */
public abstract class ContentStep extends DeployToContainerParameters {
    /** In characters, well below what {@code tdeploy} takes. */
    private static final int LONGEST_VERSION = 100;

    @CheckForNull
    private String artifact;

    @CheckForNull
    private String release;

    @CheckForNull
    private String version;

    @CheckForNull
    private String commit;

    @CheckForNull
    private Boolean unpack;

    @CheckForNull
    private Integer stripComponents;

    @CheckForNull
    public String getArtifact() {
        return artifact;
    }

    @DataBoundSetter
    public void setArtifact(@CheckForNull String artifact) {
        this.artifact = Util.fixEmptyAndTrim(artifact);
    }

    @CheckForNull
    public String getRelease() {
        return release;
    }

    /** Instead of an artifact: the id of a release that has proven itself in another environment. */
    @DataBoundSetter
    public void setRelease(@CheckForNull String release) {
        this.release = Util.fixEmptyAndTrim(release);
    }

    @CheckForNull
    public String getVersion() {
        return version;
    }

    @DataBoundSetter
    public void setVersion(@CheckForNull String version) {
        this.version = Util.fixEmptyAndTrim(version);
    }

    @CheckForNull
    public String getCommit() {
        return commit;
    }

    @DataBoundSetter
    public void setCommit(@CheckForNull String commit) {
        this.commit = Util.fixEmptyAndTrim(commit);
    }

    @CheckForNull
    public Boolean getUnpack() {
        return unpack;
    }

    @DataBoundSetter
    public void setUnpack(@CheckForNull Boolean unpack) {
        this.unpack = unpack;
    }

    @CheckForNull
    public Integer getStripComponents() {
        return stripComponents;
    }

    @DataBoundSetter
    public void setStripComponents(@CheckForNull Integer stripComponents) {
        this.stripComponents = stripComponents;
    }

    /** @throws AbortException if it is not said, or not clear, what is to be deployed */
    final void requireOneThing() throws AbortException {
        if (artifact == null && release == null) {
            throw new AbortException(Messages.ContentStep_Nothing());
        }
        if (artifact != null && release != null) {
            throw new AbortException(Messages.ContentStep_Both(release));
        }
        if (release != null && !HistoryEntry.isId(release)) {
            throw new AbortException(Messages.DeployStep_NotAnId(release));
        }
    }

    /** For a service file's {@code artifact}. */
    final Map<String, Object> archive() {
        return new Properties()
                .with("unpack", unpack)
                .with("stripComponents", stripComponents)
                .build();
    }

    /** A release keeps its version and its commit unless others are given. */
    final void addContent(RunRequest request, StepContext context) throws IOException, InterruptedException {
        request.with("version", version).with("commit", commit);
        if (release != null) {
            Authentication asker = context.get(FlowNode.class).getExecution().getAuthentication2();
            if (request.service() == null) {
                throw new AbortException(Messages.ContentStep_NoService(release));
            }
            request.bringing(new Promotion(
                    release, asker, context.get(Run.class).getParent().getFullName()));
            return;
        }
        request.with("artifact", context.get(FilePath.class).child(artifact).getRemote());
        if (version == null) {
            Run<?, ?> build = context.get(Run.class);
            request.with("version", versionOf(build.getDisplayName(), build.getNumber()));
        }
    }

    /** A build may be called anything, as by its commit's message; a version is a line, and not a long one. */
    static String versionOf(String displayName, int number) {
        String line = displayName
                .replaceFirst("^#", "")
                .replaceAll("[\\s\\p{Cntrl}]+", " ")
                .strip();
        int length = line.codePointCount(0, line.length());
        // Neither half a character nor a space is at the end of what is cut.
        String cut = line.substring(0, line.offsetByCodePoints(0, Math.min(length, LONGEST_VERSION)))
                .strip();
        return cut.isEmpty() ? Integer.toString(number) : cut;
    }
}
