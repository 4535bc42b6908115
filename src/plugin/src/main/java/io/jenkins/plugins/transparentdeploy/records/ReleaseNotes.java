package io.jenkins.plugins.transparentdeploy.records;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.EnvVars;
import hudson.Util;
import hudson.init.InitMilestone;
import hudson.init.Initializer;
import hudson.model.EnvironmentContributingAction;
import hudson.model.InvisibleAction;
import hudson.model.Run;
import java.io.IOException;
import org.kohsuke.accmod.Restricted;
import org.kohsuke.accmod.restrictions.NoExternalUse;

/**
 * What a build tells of its last release: its description, and the variables {@code RELEASE_ID} and {@code
 * RELEASE_PREVIOUS_VERSION}. Stored in build.xml.
 */
public final class ReleaseNotes extends InvisibleAction implements EnvironmentContributingAction {
    private String releaseId = "";

    @CheckForNull
    private String previousVersion;

    private String description = "";

    /** Builds of before have them by this name. */
    @Restricted(NoExternalUse.class) // Jenkins calls it
    @Initializer(before = InitMilestone.JOB_LOADED)
    public static void renamed() {
        Run.XSTREAM2.addCompatibilityAlias(
                "io.jenkins.plugins.transparentdeploy.steps.ReleaseNotes", ReleaseNotes.class);
    }

    /** The notes of a build, which gets some if it has none. */
    public static ReleaseNotes of(Run<?, ?> run) {
        synchronized (run) {
            ReleaseNotes notes = run.getAction(ReleaseNotes.class);
            if (notes == null) {
                notes = new ReleaseNotes();
                run.addAction(notes);
            }
            return notes;
        }
    }

    /** Whether they are of that release. */
    public boolean areOf(String id) {
        return releaseId.equals(id);
    }

    /**
     * Idempotent.
     *
     * @param before version of what served before, or null if nothing did
     * @param text becomes the description of the build, unless a person or a step gave it another
     */
    public void update(Run<?, ?> run, String id, @CheckForNull String before, String text) throws IOException {
        releaseId = id;
        previousVersion = before;
        describe(run, text);
    }

    /**
     * Idempotent.
     *
     * @param text becomes the description of the build, unless a person or a step gave it another
     */
    void describe(Run<?, ?> run, String text) throws IOException {
        String present = Util.fixNull(run.getDescription());
        boolean ours = present.isEmpty() || present.equals(description);
        description = text;
        if (ours) {
            run.setDescription(text);
        } else {
            run.save();
        }
    }

    @Override
    public void buildEnvironment(Run<?, ?> run, EnvVars environment) {
        if (releaseId.isEmpty()) {
            return;
        }
        environment.put("RELEASE_ID", releaseId);
        if (previousVersion != null) {
            environment.put("RELEASE_PREVIOUS_VERSION", previousVersion);
        }
    }
}
