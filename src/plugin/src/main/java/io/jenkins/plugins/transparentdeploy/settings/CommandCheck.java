package io.jenkins.plugins.transparentdeploy.settings;

import hudson.Extension;
import hudson.model.Descriptor;
import java.util.List;
import org.jenkinsci.Symbol;
import org.kohsuke.stapler.DataBoundConstructor;

/** Runs a command on the host; exit code 0 is good. */
public class CommandCheck extends CheckSetting {
    private static final long serialVersionUID = 1L;

    private final List<String> command;

    @DataBoundConstructor
    public CommandCheck(List<String> command) {
        this.command = Lines.of(command);
    }

    public List<String> getCommand() {
        return command;
    }

    /** For the form. */
    public String getCommandText() {
        return Lines.join(command);
    }

    @Override
    protected Properties question() {
        return new Properties().with("command", command);
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
