package io.jenkins.plugins.transparentdeploy.settings;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.Extension;
import hudson.model.Descriptor;
import java.util.Map;
import org.jenkinsci.Symbol;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;

/** The share of requests that failed. */
public class ErrorRateMetric extends ShareMetric {
    private static final long serialVersionUID = 1L;

    @CheckForNull
    private Double regression;

    @DataBoundConstructor
    public ErrorRateMetric() {}

    @CheckForNull
    public Double getRegression() {
        return regression;
    }

    @DataBoundSetter
    public void setRegression(@CheckForNull Double regression) {
        this.regression = regression;
    }

    @Override
    public Object toServiceFile() {
        return Map.of("errorRate", bounds().with("regression", regression).build());
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
