package io.jenkins.plugins.transparentdeploy.settings;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.Extension;
import hudson.Util;
import hudson.model.Descriptor;
import org.jenkinsci.Symbol;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;

/** One share of all requests that a canary gets, and how it is judged with it. */
public class CanaryStep extends Setting<CanaryStep> {
    private static final long serialVersionUID = 1L;

    private final Integer weight;

    @CheckForNull
    private String pause;

    @CheckForNull
    private String window;

    @CheckForNull
    private Integer minimumSamples;

    /** @param weight percent */
    @DataBoundConstructor
    public CanaryStep(Integer weight) {
        this.weight = weight;
    }

    public Integer getWeight() {
        return weight;
    }

    @CheckForNull
    public String getPause() {
        return pause;
    }

    @DataBoundSetter
    public void setPause(@CheckForNull String pause) {
        this.pause = Util.fixEmptyAndTrim(pause);
    }

    @CheckForNull
    public String getWindow() {
        return window;
    }

    @DataBoundSetter
    public void setWindow(@CheckForNull String window) {
        this.window = Util.fixEmptyAndTrim(window);
    }

    @CheckForNull
    public Integer getMinimumSamples() {
        return minimumSamples;
    }

    @DataBoundSetter
    public void setMinimumSamples(@CheckForNull Integer minimumSamples) {
        this.minimumSamples = minimumSamples;
    }

    @Override
    public Object toServiceFile() {
        return new Properties()
                .with("weight", weight)
                .with("pause", pause)
                .with("window", window)
                .with("minimumSamples", minimumSamples)
                .build();
    }

    @Extension
    @Symbol("canaryStep")
    public static final class DescriptorImpl extends Descriptor<CanaryStep> {
        @Override
        public String getDisplayName() {
            return Messages.CanaryStep_DisplayName();
        }
    }
}
