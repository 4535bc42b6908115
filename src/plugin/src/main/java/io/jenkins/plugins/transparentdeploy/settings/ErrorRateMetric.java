package io.jenkins.plugins.transparentdeploy.settings;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.Extension;
import hudson.model.Descriptor;
import java.util.Map;
import org.jenkinsci.Symbol;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;

/** The share of requests that failed. */
public class ErrorRateMetric extends MetricSetting {
    private static final long serialVersionUID = 1L;

    @CheckForNull
    private Double objective;

    @CheckForNull
    private Double floor;

    @CheckForNull
    private Double weight;

    @DataBoundConstructor
    public ErrorRateMetric() {}

    @CheckForNull
    public Double getObjective() {
        return objective;
    }

    @DataBoundSetter
    public void setObjective(@CheckForNull Double objective) {
        this.objective = objective;
    }

    @CheckForNull
    public Double getFloor() {
        return floor;
    }

    @DataBoundSetter
    public void setFloor(@CheckForNull Double floor) {
        this.floor = floor;
    }

    @CheckForNull
    public Double getWeight() {
        return weight;
    }

    @DataBoundSetter
    public void setWeight(@CheckForNull Double weight) {
        this.weight = weight;
    }

    @Override
    public Object toServiceFile() {
        return Map.of(
                "errorRate",
                new Properties()
                        .with("objective", objective)
                        .with("floor", floor)
                        .with("weight", weight)
                        .build());
    }

    @Extension
    @Symbol("errorRate")
    public static final class DescriptorImpl extends Descriptor<MetricSetting> {
        @Override
        public String getDisplayName() {
            return Messages.ErrorRateMetric_DisplayName();
        }
    }
}
