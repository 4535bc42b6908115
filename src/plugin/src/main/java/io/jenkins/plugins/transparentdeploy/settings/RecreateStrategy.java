package io.jenkins.plugins.transparentdeploy.settings;

import hudson.Extension;
import hudson.model.Descriptor;
import org.jenkinsci.Symbol;
import org.kohsuke.stapler.DataBoundConstructor;

/** Stops all instances, changes, starts them. */
public class RecreateStrategy extends StrategySetting {
    private static final long serialVersionUID = 1L;

    @DataBoundConstructor
    public RecreateStrategy() {}

    @Override
    public Object toServiceFile() {
        return "recreate";
    }

    @Extension
    @Symbol("recreate")
    public static final class DescriptorImpl extends Descriptor<StrategySetting> {
        @Override
        public String getDisplayName() {
            return Messages.RecreateStrategy_DisplayName();
        }
    }
}
