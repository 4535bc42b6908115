package io.jenkins.plugins.transparentdeploy.settings;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.Util;
import java.util.List;
import org.kohsuke.stapler.DataBoundSetter;

/** A path of which some parts are the release's and others are not. */
public abstract class PathTarget extends TargetSetting {
    private static final long serialVersionUID = 1L;

    private final String path;

    @CheckForNull
    private List<String> shared;

    @CheckForNull
    private List<String> exclude;

    protected PathTarget(String path) {
        this.path = Util.fixNull(path).trim();
    }

    /** What a service file calls this kind of target. */
    protected abstract String kind();

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
                .with(kind(), path)
                .with("shared", shared)
                .with("exclude", exclude)
                .build();
    }
}
