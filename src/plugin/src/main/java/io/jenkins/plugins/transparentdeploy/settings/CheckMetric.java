package io.jenkins.plugins.transparentdeploy.settings;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.Extension;
import hudson.model.Descriptor;
import org.jenkinsci.Symbol;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;

/** The share of good answers to a check. */
public class CheckMetric extends MetricSetting {
    private static final long serialVersionUID = 1L;

    private final CheckSetting check;

    @CheckForNull
    private Double objective;

    @CheckForNull
    private Double floor;

    @CheckForNull
    private Double weight;

    @DataBoundConstructor
    public CheckMetric(CheckSetting check) {
        this.check = check;
    }

    public CheckSetting getCheck() {
        return check;
    }

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
        return new Properties()
                .with("check", check)
                .with("objective", objective)
                .with("floor", floor)
                .with("weight", weight)
                .build();
    }

    @Extension
    @Symbol("checkMetric")
    public static final class DescriptorImpl extends Descriptor<MetricSetting> {
        @Override
        public String getDisplayName() {
            return Messages.CheckMetric_DisplayName();
        }
    }
}
