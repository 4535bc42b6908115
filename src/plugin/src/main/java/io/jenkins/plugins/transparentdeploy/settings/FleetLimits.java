package io.jenkins.plugins.transparentdeploy.settings;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.Extension;
import hudson.model.Descriptor;
import org.jenkinsci.Symbol;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;

/** How many hosts are worked on at a time, and how many may be down or fail. */
public class FleetLimits extends Setting<FleetLimits> {
    private static final long serialVersionUID = 1L;

    @CheckForNull
    private Integer parallel;

    @CheckForNull
    private Integer maxUnavailable;

    @CheckForNull
    private Integer maxFailures;

    @DataBoundConstructor
    public FleetLimits() {}

    @CheckForNull
    public Integer getParallel() {
        return parallel;
    }

    /** @param parallel how many instances are worked on at a time */
    @DataBoundSetter
    public void setParallel(@CheckForNull Integer parallel) {
        this.parallel = parallel;
    }

    @CheckForNull
    public Integer getMaxUnavailable() {
        return maxUnavailable;
    }

    /** @param maxUnavailable how many hosts may be out of reach when a release or a rollback begins */
    @DataBoundSetter
    public void setMaxUnavailable(@CheckForNull Integer maxUnavailable) {
        this.maxUnavailable = maxUnavailable;
    }

    @CheckForNull
    public Integer getMaxFailures() {
        return maxFailures;
    }

    /** @param maxFailures how many instances may fail on the way */
    @DataBoundSetter
    public void setMaxFailures(@CheckForNull Integer maxFailures) {
        this.maxFailures = maxFailures;
    }

    @Override
    public Object toServiceFile() {
        return new Properties()
                .with("parallel", parallel)
                .with("maxUnavailable", maxUnavailable)
                .with("maxFailures", maxFailures)
                .build();
    }

    @Extension
    @Symbol("fleet")
    public static final class DescriptorImpl extends Descriptor<FleetLimits> {
        @Override
        public String getDisplayName() {
            return Messages.FleetLimits_DisplayName();
        }
    }
}
