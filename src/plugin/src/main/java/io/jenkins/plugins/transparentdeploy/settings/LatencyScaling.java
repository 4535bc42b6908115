package io.jenkins.plugins.transparentdeploy.settings;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.Extension;
import hudson.Util;
import hudson.model.Descriptor;
import org.jenkinsci.Symbol;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;

/** As many instances as it takes to answer fast enough. */
public class LatencyScaling extends ScalingSetting {
    private static final long serialVersionUID = 1L;

    private final String objective;

    @CheckForNull
    private Double percentile;

    @DataBoundConstructor
    public LatencyScaling(String objective) {
        this.objective = Util.fixNull(objective).trim();
    }

    public String getObjective() {
        return objective;
    }

    @CheckForNull
    public Double getPercentile() {
        return percentile;
    }

    @DataBoundSetter
    public void setPercentile(@CheckForNull Double percentile) {
        this.percentile = percentile;
    }

    @Override
    protected void putLoad(Properties rule) {
        rule.with(
                "latency",
                new Properties()
                        .with("percentile", percentile)
                        .with("objective", objective)
                        .build());
    }

    @Extension
    @Symbol("latencyScaling")
    public static final class DescriptorImpl extends Descriptor<ScalingSetting> {
        @Override
        public String getDisplayName() {
            return Messages.LatencyScaling_DisplayName();
        }
    }
}
