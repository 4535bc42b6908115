package io.jenkins.plugins.transparentdeploy.settings;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.Extension;
import hudson.Util;
import java.util.List;
import java.util.Map;
import org.jenkinsci.Symbol;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;

/** Brings instances over in batches, each behind the load balancer. */
public class RollingStrategy extends BatchedStrategy {
    private static final long serialVersionUID = 1L;

    @CheckForNull
    private String pause;

    private boolean analysis;

    @CheckForNull
    private List<String> surge;

    @DataBoundConstructor
    public RollingStrategy() {}

    @CheckForNull
    public String getPause() {
        return pause;
    }

    @DataBoundSetter
    public void setPause(@CheckForNull String pause) {
        this.pause = Util.fixEmptyAndTrim(pause);
    }

    public boolean isAnalysis() {
        return analysis;
    }

    /** @param analysis whether the release is judged on what has it before more gets it */
    @DataBoundSetter
    public void setAnalysis(boolean analysis) {
        this.analysis = analysis;
    }

    @CheckForNull
    public List<String> getSurge() {
        return surge;
    }

    /** @param surge the instances that serve while the others change, and are parked otherwise */
    @DataBoundSetter
    public void setSurge(@CheckForNull List<String> surge) {
        this.surge = Lines.of(surge);
    }

    /** For the form. */
    public String getSurgeText() {
        return Lines.join(surge);
    }

    @Override
    public Object toServiceFile() {
        Map<String, Object> settings = batches()
                .with("pause", pause)
                .with("analysis", analysis ? true : null)
                .with("surge", surge)
                .build();
        return settings.isEmpty() ? "rolling" : Map.of("rolling", settings);
    }

    @Extension
    @Symbol("rolling")
    public static final class DescriptorImpl extends BatchedStrategyDescriptor {
        @Override
        public String getDisplayName() {
            return Messages.RollingStrategy_DisplayName();
        }
    }
}
