package io.jenkins.plugins.transparentdeploy.settings;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.Extension;
import hudson.Util;
import hudson.model.Descriptor;
import java.util.List;
import org.jenkinsci.Symbol;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;

/** A directory of releases of which one atomic link names the live one. */
public class ReleasesTarget extends TargetSetting {
    private static final long serialVersionUID = 1L;

    private final String path;

    @CheckForNull
    private List<String> shared;

    @CheckForNull
    private List<String> exclude;

    @DataBoundConstructor
    public ReleasesTarget(String path) {
        this.path = Util.fixNull(path).trim();
    }

    public String getPath() {
        return path;
    }

    @CheckForNull
    public List<String> getShared() {
        return shared;
    }

    @DataBoundSetter
    public void setShared(@CheckForNull List<String> shared) {
        this.shared = Lines.of(shared);
    }

    @CheckForNull
    public List<String> getExclude() {
        return exclude;
    }

    @DataBoundSetter
    public void setExclude(@CheckForNull List<String> exclude) {
        this.exclude = Lines.of(exclude);
    }

    /** For the form. */
    public String getSharedText() {
        return Lines.join(shared);
    }

    /** For the form. */
    public String getExcludeText() {
        return Lines.join(exclude);
    }

    @Override
    public Object toServiceFile() {
        return new Properties()
                .with("releases", path)
                .with("shared", shared)
                .with("exclude", exclude)
                .build();
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
