package io.jenkins.plugins.transparentdeploy.settings;

import hudson.Extension;
import hudson.model.Descriptor;
import org.jenkinsci.Symbol;
import org.kohsuke.stapler.DataBoundConstructor;

/** The share of good answers to a check. */
public class CheckMetric extends ShareMetric {
    private static final long serialVersionUID = 1L;

    private final CheckSetting check;

    @DataBoundConstructor
    public CheckMetric(CheckSetting check) {
        this.check = check;
    }

    public CheckSetting getCheck() {
        return check;
    }

    @Override
    public Object toServiceFile() {
        return bounds().with("check", check).build();
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
