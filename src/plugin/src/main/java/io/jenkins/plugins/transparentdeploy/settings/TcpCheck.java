package io.jenkins.plugins.transparentdeploy.settings;

import hudson.Extension;
import hudson.Util;
import hudson.model.Descriptor;
import org.jenkinsci.Symbol;
import org.kohsuke.stapler.DataBoundConstructor;

/** Opens a TCP connection. */
public class TcpCheck extends CheckSetting {
    private static final long serialVersionUID = 1L;

    private final String address;

    @DataBoundConstructor
    public TcpCheck(String address) {
        this.address = Util.fixNull(address).trim();
    }

    public String getAddress() {
        return address;
    }

    @Override
    protected Properties question() {
        return new Properties().with("tcp", address);
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
