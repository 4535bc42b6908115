package io.jenkins.plugins.transparentdeploy.settings;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.Extension;
import hudson.Util;
import hudson.model.Descriptor;
import java.util.List;
import org.jenkinsci.Symbol;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;

/** How a release is judged while it runs. */
public class Analysis extends Setting<Analysis> {
    private static final long serialVersionUID = 1L;

    @CheckForNull
    private String window;

    @CheckForNull
    private String interval;

    @CheckForNull
    private Integer minimumSamples;

    @CheckForNull
    private Double passScore;

    @CheckForNull
    private String deadline;

    @CheckForNull
    private String onInconclusive;

    @CheckForNull
    private List<MetricSetting> metrics;

    @DataBoundConstructor
    public Analysis() {}

    @CheckForNull
    public String getWindow() {
        return window;
    }

    @DataBoundSetter
    public void setWindow(@CheckForNull String window) {
        this.window = Util.fixEmptyAndTrim(window);
    }

    @CheckForNull
    public String getInterval() {
        return interval;
    }

    @DataBoundSetter
    public void setInterval(@CheckForNull String interval) {
        this.interval = Util.fixEmptyAndTrim(interval);
    }

    @CheckForNull
    public Integer getMinimumSamples() {
        return minimumSamples;
    }

    @DataBoundSetter
    public void setMinimumSamples(@CheckForNull Integer minimumSamples) {
        this.minimumSamples = minimumSamples;
    }

    @CheckForNull
    public Double getPassScore() {
        return passScore;
    }

    @DataBoundSetter
    public void setPassScore(@CheckForNull Double passScore) {
        this.passScore = passScore;
    }

    @CheckForNull
    public String getDeadline() {
        return deadline;
    }

    @DataBoundSetter
    public void setDeadline(@CheckForNull String deadline) {
        this.deadline = Util.fixEmptyAndTrim(deadline);
    }

    @CheckForNull
    public String getOnInconclusive() {
        return onInconclusive;
    }

    @DataBoundSetter
    public void setOnInconclusive(@CheckForNull String onInconclusive) {
        this.onInconclusive = Util.fixEmptyAndTrim(onInconclusive);
    }

    @CheckForNull
    public List<MetricSetting> getMetrics() {
        return metrics;
    }

    @DataBoundSetter
    public void setMetrics(@CheckForNull List<MetricSetting> metrics) {
        this.metrics = metrics;
    }

    @Override
    public Object toServiceFile() {
        return new Properties()
                .with("window", window)
                .with("interval", interval)
                .with("minimumSamples", minimumSamples)
                .with("passScore", passScore)
                .with("deadline", deadline)
                .with("onInconclusive", onInconclusive)
                .withAll("metrics", metrics)
                .build();
    }

    @Extension
    @Symbol("analysis")
    public static final class DescriptorImpl extends Descriptor<Analysis> {
        @Override
        public String getDisplayName() {
            return Messages.Analysis_DisplayName();
        }
    }
}
