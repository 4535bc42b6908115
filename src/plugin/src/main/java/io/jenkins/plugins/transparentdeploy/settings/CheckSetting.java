package io.jenkins.plugins.transparentdeploy.settings;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.Util;
import org.kohsuke.stapler.DataBoundSetter;

/** One question to a running service. */
public abstract class CheckSetting extends Setting<CheckSetting> {
    private static final long serialVersionUID = 1L;

    @CheckForNull
    private String name;

    @CheckForNull
    private String timeout;

    @CheckForNull
    public String getName() {
        return name;
    }

    @DataBoundSetter
    public void setName(@CheckForNull String name) {
        this.name = Util.fixEmptyAndTrim(name);
    }

    @CheckForNull
    public String getTimeout() {
        return timeout;
    }

    @DataBoundSetter
    public void setTimeout(@CheckForNull String timeout) {
        this.timeout = Util.fixEmptyAndTrim(timeout);
    }

    /** What the question is, in the form of a service file. */
    protected abstract Properties question();

    /** The whole check in the form of a service file, for more to be added to it. */
    public final Properties asked() {
        return question().with("name", name).with("timeout", timeout);
    }

    @Override
    public final Object toServiceFile() {
        return asked().build();
    }
}
