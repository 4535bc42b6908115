package io.jenkins.plugins.transparentdeploy.settings;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.Extension;
import hudson.Util;
import hudson.model.Descriptor;
import java.util.List;
import org.jenkinsci.Symbol;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;

/** Runs a command on the host; exit code 0 is good. */
public class CommandCheck extends CheckSetting {
    private static final long serialVersionUID = 1L;

    private final List<String> command;

    @CheckForNull
    private String name;

    @CheckForNull
    private String timeout;

    @DataBoundConstructor
    public CommandCheck(List<String> command) {
        this.command = Lines.of(command);
    }

    public List<String> getCommand() {
        return command;
    }

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

    /** For the form. */
    public String getCommandText() {
        return Lines.join(command);
    }

    @Override
    public Object toServiceFile() {
        return new Properties()
                .with("command", command)
                .with("name", name)
                .with("timeout", timeout)
                .build();
    }

    @Extension
    @Symbol("commandCheck")
    public static final class DescriptorImpl extends Descriptor<CheckSetting> {
        @Override
        public String getDisplayName() {
            return Messages.CommandCheck_DisplayName();
        }
    }
}
