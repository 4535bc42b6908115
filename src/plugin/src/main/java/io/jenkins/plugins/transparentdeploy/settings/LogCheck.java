package io.jenkins.plugins.transparentdeploy.settings;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.Extension;
import hudson.Util;
import hudson.model.Descriptor;
import org.jenkinsci.Symbol;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;

/** Counts the lines of a log file that match since the deployment began. */
public class LogCheck extends CheckSetting {
    private static final long serialVersionUID = 1L;

    private final String file;
    private final String pattern;

    @CheckForNull
    private Integer atLeast;

    @CheckForNull
    private Integer atMost;

    @DataBoundConstructor
    public LogCheck(String file, String pattern) {
        this.file = Util.fixNull(file).trim();
        this.pattern = Util.fixNull(pattern);
    }

    public String getFile() {
        return file;
    }

    public String getPattern() {
        return pattern;
    }

    @CheckForNull
    public Integer getAtLeast() {
        return atLeast;
    }

    @DataBoundSetter
    public void setAtLeast(@CheckForNull Integer atLeast) {
        this.atLeast = atLeast;
    }

    @CheckForNull
    public Integer getAtMost() {
        return atMost;
    }

    @DataBoundSetter
    public void setAtMost(@CheckForNull Integer atMost) {
        this.atMost = atMost;
    }

    @Override
    protected Properties question() {
        return new Properties()
                .with("log", file)
                .with("pattern", pattern)
                .with("atLeast", atLeast)
                .with("atMost", atMost);
    }

    @Extension
    @Symbol("logCheck")
    public static final class DescriptorImpl extends Descriptor<CheckSetting> {
        @Override
        public String getDisplayName() {
            return Messages.LogCheck_DisplayName();
        }
    }
}
