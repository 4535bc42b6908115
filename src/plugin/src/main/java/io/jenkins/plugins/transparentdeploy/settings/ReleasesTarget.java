package io.jenkins.plugins.transparentdeploy.settings;

import hudson.Extension;
import hudson.model.Descriptor;
import org.jenkinsci.Symbol;
import org.kohsuke.stapler.DataBoundConstructor;

/** A directory of releases of which one atomic link names the live one. */
public class ReleasesTarget extends PathTarget {
    private static final long serialVersionUID = 1L;

    @DataBoundConstructor
    public ReleasesTarget(String path) {
        super(path);
    }

    @Override
    protected String kind() {
        return "releases";
    }

    @Extension
    @Symbol("releases")
    public static final class DescriptorImpl extends Descriptor<TargetSetting> {
        @Override
        public String getDisplayName() {
            return Messages.ReleasesTarget_DisplayName();
        }
    }
}
