package io.jenkins.plugins.transparentdeploy.settings;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.Util;
import org.kohsuke.stapler.DataBoundSetter;

/** When a service gets more instances, and when fewer. */
public abstract class ScalingSetting extends Setting<ScalingSetting> {
    private static final long serialVersionUID = 1L;

    @CheckForNull
    private Integer min;

    @CheckForNull
    private Integer max;

    @CheckForNull
    private String hysteresis;

    @CheckForNull
    private String cooldown;

    @CheckForNull
    private String window;

    @CheckForNull
    public Integer getMin() {
        return min;
    }

    @DataBoundSetter
    public void setMin(@CheckForNull Integer min) {
        this.min = min;
    }

    @CheckForNull
    public Integer getMax() {
        return max;
    }

    @DataBoundSetter
    public void setMax(@CheckForNull Integer max) {
        this.max = max;
    }

    @CheckForNull
    public String getHysteresis() {
        return hysteresis;
    }

    @DataBoundSetter
    public void setHysteresis(@CheckForNull String hysteresis) {
        this.hysteresis = Util.fixEmptyAndTrim(hysteresis);
    }

    @CheckForNull
    public String getCooldown() {
        return cooldown;
    }

    @DataBoundSetter
    public void setCooldown(@CheckForNull String cooldown) {
        this.cooldown = Util.fixEmptyAndTrim(cooldown);
    }

    @CheckForNull
    public String getWindow() {
        return window;
    }

    @DataBoundSetter
    public void setWindow(@CheckForNull String window) {
        this.window = Util.fixEmptyAndTrim(window);
    }

    /** Adds what the load is, in the form of a service file. */
    protected abstract void putLoad(Properties rule);

    @Override
    public final Object toServiceFile() {
        Properties rule = new Properties();
        putLoad(rule);
        return rule.with("min", min)
                .with("max", max)
                .with("hysteresis", hysteresis)
                .with("cooldown", cooldown)
                .with("window", window)
                .build();
    }
}
