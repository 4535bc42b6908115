package io.jenkins.plugins.transparentdeploy.steps;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import java.util.List;
import org.kohsuke.stapler.DataBoundSetter;

/**
 * The parameters of the Deploy to container plugin's {@code deploy}: known here so that a Declarative pipeline, which
 * compares a step's parameters with its class, accepts {@link DeployToContainer its calls}. They never reach this step.
 */
public abstract class DeployToContainerParameters extends ReleaseStep {
    @Deprecated
    @DataBoundSetter
    public final void setAdapters(@CheckForNull List<Object> adapters) {
        requireNone(adapters);
    }

    @Deprecated
    @DataBoundSetter
    public final void setWar(@CheckForNull String war) {
        requireNone(war);
    }

    @Deprecated
    @DataBoundSetter
    public final void setContextPath(@CheckForNull String contextPath) {
        requireNone(contextPath);
    }

    @Deprecated
    @DataBoundSetter
    public final void setOnFailure(@CheckForNull Boolean onFailure) {
        requireNone(onFailure);
    }

    private static void requireNone(@CheckForNull Object value) {
        if (value != null) {
            throw new IllegalArgumentException(Messages.DeployToContainer_Mixed());
        }
    }

    @CheckForNull
    @Deprecated
    public final List<Object> getAdapters() {
        return null;
    }

    @CheckForNull
    @Deprecated
    public final String getWar() {
        return null;
    }

    @CheckForNull
    @Deprecated
    public final String getContextPath() {
        return null;
    }

    @CheckForNull
    @Deprecated
    public final Boolean getOnFailure() {
        return null;
    }
}
