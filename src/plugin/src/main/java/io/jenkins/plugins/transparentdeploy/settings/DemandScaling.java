package io.jenkins.plugins.transparentdeploy.settings;

import hudson.Extension;
import hudson.model.Descriptor;
import org.jenkinsci.Symbol;
import org.kohsuke.stapler.DataBoundConstructor;

/** As many instances as the requests take. */
public class DemandScaling extends ScalingSetting {
    private static final long serialVersionUID = 1L;

    private final Double demand;

    /** @param demand requests per second that one instance serves */
    @DataBoundConstructor
    public DemandScaling(Double demand) {
        this.demand = demand;
    }

    public Double getDemand() {
        return demand;
    }

    @Override
    protected void putLoad(Properties rule) {
        rule.with("demand", demand);
    }

    @Extension
    @Symbol("demandScaling")
    public static final class DescriptorImpl extends Descriptor<ScalingSetting> {
        @Override
        public String getDisplayName() {
            return Messages.DemandScaling_DisplayName();
        }
    }
}
