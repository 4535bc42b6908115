package io.jenkins.plugins.transparentdeploy.settings;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.Extension;
import hudson.Util;
import hudson.model.Descriptor;
import java.util.Map;
import org.jenkinsci.Symbol;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;

/** Brings instances over in batches, each behind the load balancer. */
public class RollingStrategy extends StrategySetting {
    private static final long serialVersionUID = 1L;

    @CheckForNull
    private Integer batch;

    @CheckForNull
    private String pause;

    @DataBoundConstructor
    public RollingStrategy() {}

    @CheckForNull
    public Integer getBatch() {
        return batch;
    }

    @DataBoundSetter
    public void setBatch(@CheckForNull Integer batch) {
        this.batch = batch;
    }

    @CheckForNull
    public String getPause() {
        return pause;
    }

    @DataBoundSetter
    public void setPause(@CheckForNull String pause) {
        this.pause = Util.fixEmptyAndTrim(pause);
    }

    @Override
    public Object toServiceFile() {
        Map<String, Object> settings =
                new Properties().with("batch", batch).with("pause", pause).build();
        return settings.isEmpty() ? "rolling" : Map.of("rolling", settings);
    }

    @Extension
    @Symbol("rolling")
    public static final class DescriptorImpl extends Descriptor<StrategySetting> {
        @Override
        public String getDisplayName() {
            return Messages.RollingStrategy_DisplayName();
        }
    }
}
