package io.jenkins.plugins.transparentdeploy.settings;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.Extension;
import hudson.Util;
import hudson.model.Descriptor;
import org.jenkinsci.Symbol;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;

/** Opens a TCP connection. */
public class TcpCheck extends CheckSetting {
    private static final long serialVersionUID = 1L;

    private final String address;

    @CheckForNull
    private String name;

    @CheckForNull
    private String timeout;

    @DataBoundConstructor
    public TcpCheck(String address) {
        this.address = Util.fixNull(address).trim();
    }

    public String getAddress() {
        return address;
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

    @Override
    public Object toServiceFile() {
        return new Properties()
                .with("tcp", address)
                .with("name", name)
                .with("timeout", timeout)
                .build();
    }

    @Extension
    @Symbol("tcpCheck")
    public static final class DescriptorImpl extends Descriptor<CheckSetting> {
        @Override
        public String getDisplayName() {
            return Messages.TcpCheck_DisplayName();
        }
    }
}
