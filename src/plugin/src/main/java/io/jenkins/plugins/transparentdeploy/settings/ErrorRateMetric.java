package io.jenkins.plugins.transparentdeploy.settings;

import hudson.Extension;
import hudson.model.Descriptor;
import java.util.Map;
import org.jenkinsci.Symbol;
import org.kohsuke.stapler.DataBoundConstructor;

/** The share of requests that failed. */
public class ErrorRateMetric extends ShareMetric {
    private static final long serialVersionUID = 1L;

    @DataBoundConstructor
    public ErrorRateMetric() {}

    @Override
    public Object toServiceFile() {
        return Map.of("errorRate", bounds().build());
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
