package io.jenkins.plugins.transparentdeploy.settings;

import hudson.Extension;
import hudson.model.Descriptor;
import org.jenkinsci.Symbol;
import org.kohsuke.stapler.DataBoundConstructor;

/** A directory that is changed in place. */
public class DirectoryTarget extends PathTarget {
    private static final long serialVersionUID = 1L;

    @DataBoundConstructor
    public DirectoryTarget(String path) {
        super(path);
    }

    @Override
    protected String kind() {
        return "directory";
    }

    @Extension
    @Symbol("directory")
    public static final class DescriptorImpl extends Descriptor<TargetSetting> {
        @Override
        public String getDisplayName() {
            return Messages.DirectoryTarget_DisplayName();
        }
    }
}
