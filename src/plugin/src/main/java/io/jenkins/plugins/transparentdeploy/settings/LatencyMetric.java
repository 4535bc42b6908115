package io.jenkins.plugins.transparentdeploy.settings;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.Extension;
import hudson.Util;
import hudson.model.Descriptor;
import java.util.Map;
import org.jenkinsci.Symbol;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;

/** How long requests took. */
public class LatencyMetric extends MetricSetting {
    private static final long serialVersionUID = 1L;

    @CheckForNull
    private Double percentile;

    @CheckForNull
    private String objective;

    @CheckForNull
    private String floor;

    @CheckForNull
    private String regression;

    @DataBoundConstructor
    public LatencyMetric() {}

    @CheckForNull
    public Double getPercentile() {
        return percentile;
    }

    @DataBoundSetter
    public void setPercentile(@CheckForNull Double percentile) {
        this.percentile = percentile;
    }

    @CheckForNull
    public String getObjective() {
        return objective;
    }

    @DataBoundSetter
    public void setObjective(@CheckForNull String objective) {
        this.objective = Util.fixEmptyAndTrim(objective);
    }

    @CheckForNull
    public String getFloor() {
        return floor;
    }

    @DataBoundSetter
    public void setFloor(@CheckForNull String floor) {
        this.floor = Util.fixEmptyAndTrim(floor);
    }

    @CheckForNull
    public String getRegression() {
        return regression;
    }

    @DataBoundSetter
    public void setRegression(@CheckForNull String regression) {
        this.regression = Util.fixEmptyAndTrim(regression);
    }

    @Override
    public Object toServiceFile() {
        return Map.of(
                "latency",
                new Properties()
                        .with("percentile", percentile)
                        .with("objective", objective)
                        .with("floor", floor)
                        .with("regression", regression)
                        .with("weight", getWeight())
                        .build());
    }

    @Extension
    @Symbol("latency")
    public static final class DescriptorImpl extends Descriptor<MetricSetting> {
        @Override
        public String getDisplayName() {
            return Messages.LatencyMetric_DisplayName();
        }
    }
}
