package io.jenkins.plugins.transparentdeploy.settings;

import hudson.Extension;
import hudson.Util;
import hudson.model.Descriptor;
import org.jenkinsci.Symbol;
import org.kohsuke.stapler.DataBoundConstructor;

/** The load balancer that comes with tdeploy. */
public class EmbeddedLoadBalancer extends LoadBalancerSetting {
    private static final long serialVersionUID = 1L;

    private final String socket;

    @DataBoundConstructor
    public EmbeddedLoadBalancer(String socket) {
        this.socket = Util.fixNull(socket).trim();
    }

    public String getSocket() {
        return socket;
    }

    @Override
    public Object toServiceFile() {
        return new Properties().with("embedded", socket).build();
    }

    @Extension
    @Symbol("embedded")
    public static final class DescriptorImpl extends Descriptor<LoadBalancerSetting> {
        @Override
        public String getDisplayName() {
            return Messages.EmbeddedLoadBalancer_DisplayName();
        }
    }
}
