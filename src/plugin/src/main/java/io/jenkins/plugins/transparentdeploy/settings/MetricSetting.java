package io.jenkins.plugins.transparentdeploy.settings;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import org.kohsuke.stapler.DataBoundSetter;

/** One thing that an analysis looks at, and how much it counts. */
public abstract class MetricSetting extends Setting<MetricSetting> {
    private static final long serialVersionUID = 1L;

    @CheckForNull
    private Double weight;

    @CheckForNull
    public Double getWeight() {
        return weight;
    }

    @DataBoundSetter
    public void setWeight(@CheckForNull Double weight) {
        this.weight = weight;
    }
}
