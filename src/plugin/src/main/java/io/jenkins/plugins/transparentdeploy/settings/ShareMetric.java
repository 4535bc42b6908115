package io.jenkins.plugins.transparentdeploy.settings;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import org.kohsuke.stapler.DataBoundSetter;

/** A metric that is a number, such as a share: good at its objective, worth nothing at its floor. */
public abstract class ShareMetric extends MetricSetting {
    private static final long serialVersionUID = 1L;

    @CheckForNull
    private Double objective;

    @CheckForNull
    private Double floor;

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

    /** Its objective, floor and weight in the form of a service file. */
    protected final Properties bounds() {
        return new Properties()
                .with("objective", objective)
                .with("floor", floor)
                .with("weight", getWeight());
    }
}
