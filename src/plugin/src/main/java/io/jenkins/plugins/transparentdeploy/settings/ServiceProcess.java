package io.jenkins.plugins.transparentdeploy.settings;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.Extension;
import hudson.Util;
import hudson.model.Descriptor;
import java.util.List;
import org.jenkinsci.Symbol;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;

/** How an instance is started and stopped. */
public class ServiceProcess extends CommandSetting<ServiceProcess> {
    private static final long serialVersionUID = 1L;

    @CheckForNull
    private List<String> run;

    @CheckForNull
    private List<String> start;

    @CheckForNull
    private List<String> stop;

    @CheckForNull
    private List<String> reload;

    @CheckForNull
    private String systemd;

    @CheckForNull
    private String scope;

    @CheckForNull
    private List<String> systemctl;

    @CheckForNull
    private String stopTimeout;

    @DataBoundConstructor
    public ServiceProcess() {}

    @CheckForNull
    public List<String> getRun() {
        return run;
    }

    @DataBoundSetter
    public void setRun(@CheckForNull List<String> run) {
        this.run = Lines.of(run);
    }

    @CheckForNull
    public List<String> getStart() {
        return start;
    }

    @DataBoundSetter
    public void setStart(@CheckForNull List<String> start) {
        this.start = Lines.of(start);
    }

    @CheckForNull
    public List<String> getStop() {
        return stop;
    }

    @DataBoundSetter
    public void setStop(@CheckForNull List<String> stop) {
        this.stop = Lines.of(stop);
    }

    @CheckForNull
    public List<String> getReload() {
        return reload;
    }

    @DataBoundSetter
    public void setReload(@CheckForNull List<String> reload) {
        this.reload = Lines.of(reload);
    }

    @CheckForNull
    public String getSystemd() {
        return systemd;
    }

    /** @param systemd name of a unit, instead of commands */
    @DataBoundSetter
    public void setSystemd(@CheckForNull String systemd) {
        this.systemd = Util.fixEmptyAndTrim(systemd);
    }

    @CheckForNull
    public String getScope() {
        return scope;
    }

    @DataBoundSetter
    public void setScope(@CheckForNull String scope) {
        this.scope = Util.fixEmptyAndTrim(scope);
    }

    @CheckForNull
    public List<String> getSystemctl() {
        return systemctl;
    }

    @DataBoundSetter
    public void setSystemctl(@CheckForNull List<String> systemctl) {
        this.systemctl = Lines.of(systemctl);
    }

    @CheckForNull
    public String getStopTimeout() {
        return stopTimeout;
    }

    @DataBoundSetter
    public void setStopTimeout(@CheckForNull String stopTimeout) {
        this.stopTimeout = Util.fixEmptyAndTrim(stopTimeout);
    }

    /** For the form. */
    public String getRunText() {
        return Lines.join(run);
    }

    /** For the form. */
    public String getStartText() {
        return Lines.join(start);
    }

    /** For the form. */
    public String getStopText() {
        return Lines.join(stop);
    }

    /** For the form. */
    public String getReloadText() {
        return Lines.join(reload);
    }

    /** For the form. */
    public String getSystemctlText() {
        return Lines.join(systemctl);
    }

    @Override
    public Object toServiceFile() {
        return surroundings()
                .with("run", run)
                .with("start", start)
                .with("stop", stop)
                .with("reload", reload)
                .with("systemd", systemd)
                .with("scope", scope)
                .with("systemctl", systemctl)
                .with("stopTimeout", stopTimeout)
                .build();
    }

    @Extension
    @Symbol("process")
    public static final class DescriptorImpl extends Descriptor<ServiceProcess> {
        @Override
        public String getDisplayName() {
            return Messages.ServiceProcess_DisplayName();
        }
    }
}
