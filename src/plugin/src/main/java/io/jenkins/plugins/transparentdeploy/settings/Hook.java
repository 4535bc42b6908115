package io.jenkins.plugins.transparentdeploy.settings;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Extension;
import hudson.Util;
import hudson.model.Descriptor;
import java.util.List;
import java.util.Map;
import org.jenkinsci.Symbol;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;

/** A command on the host that belongs to a release. On its way forward it has to say what takes it back. */
public class Hook extends CommandSetting<Hook> {
    private static final long serialVersionUID = 1L;

    @CheckForNull
    private String name;

    @CheckForNull
    private List<String> command;

    @CheckForNull
    private String shell;

    @CheckForNull
    private List<String> undo;

    @CheckForNull
    private String undoShell;

    private boolean nothingToUndo;

    private boolean oneWay;

    @CheckForNull
    private String timeout;

    @DataBoundConstructor
    public Hook() {}

    @CheckForNull
    public String getName() {
        return name;
    }

    @DataBoundSetter
    public void setName(@CheckForNull String name) {
        this.name = Util.fixEmptyAndTrim(name);
    }

    @CheckForNull
    public List<String> getCommand() {
        return command;
    }

    @DataBoundSetter
    public void setCommand(@CheckForNull List<String> command) {
        this.command = Lines.of(command);
    }

    /** For the form. */
    public String getCommandText() {
        return Lines.join(command);
    }

    @CheckForNull
    public String getShell() {
        return shell;
    }

    @DataBoundSetter
    public void setShell(@CheckForNull String shell) {
        this.shell = Util.fixEmptyAndTrim(shell);
    }

    @CheckForNull
    public List<String> getUndo() {
        return undo;
    }

    @DataBoundSetter
    public void setUndo(@CheckForNull List<String> undo) {
        this.undo = Lines.of(undo);
    }

    /** For the form. */
    public String getUndoText() {
        return Lines.join(undo);
    }

    @CheckForNull
    public String getUndoShell() {
        return undoShell;
    }

    @DataBoundSetter
    public void setUndoShell(@CheckForNull String undoShell) {
        this.undoShell = Util.fixEmptyAndTrim(undoShell);
    }

    public boolean isNothingToUndo() {
        return nothingToUndo;
    }

    @DataBoundSetter
    public void setNothingToUndo(boolean nothingToUndo) {
        this.nothingToUndo = nothingToUndo;
    }

    public boolean isOneWay() {
        return oneWay;
    }

    @DataBoundSetter
    public void setOneWay(boolean oneWay) {
        this.oneWay = oneWay;
    }

    @CheckForNull
    public String getTimeout() {
        return timeout;
    }

    @DataBoundSetter
    public void setTimeout(@CheckForNull String timeout) {
        this.timeout = Util.fixEmptyAndTrim(timeout);
    }

    /** @throws IllegalArgumentException if it says several things about what takes it back, of which one would be lost */
    @Override
    public Object toServiceFile() {
        int said = (undo == null ? 0 : 1) + (undoShell == null ? 0 : 1) + (nothingToUndo ? 1 : 0) + (oneWay ? 1 : 0);
        if (said > 1) {
            throw new IllegalArgumentException(
                    name == null ? Messages.Hook_SeveralUndos() : Messages.Hook_SeveralUndosOf(name));
        }
        return surroundings()
                .with("name", name)
                .with("command", command)
                .with("shell", shell)
                .with("undo", undoInServiceFile())
                .with("oneWay", oneWay ? true : null)
                .with("timeout", timeout)
                .build();
    }

    @CheckForNull
    private Object undoInServiceFile() {
        if (nothingToUndo) {
            return "none-needed";
        }
        return undoShell == null ? undo : Map.of("shell", undoShell);
    }

    @Extension
    @Symbol("hook")
    public static final class DescriptorImpl extends Descriptor<Hook> {
        @Override
        @NonNull
        public String getDisplayName() {
            return Messages.Hook_DisplayName();
        }
    }
}
