package io.jenkins.plugins.transparentdeploy.settings;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.Extension;
import hudson.Util;
import hudson.model.Descriptor;
import java.util.Map;
import org.jenkinsci.Symbol;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;

/** HAProxy, steered through its socket. */
public class HaProxyLoadBalancer extends ExternalLoadBalancer {
    private static final long serialVersionUID = 1L;

    private final String socket;
    private final String backend;

    @CheckForNull
    private String stateFile;

    @DataBoundConstructor
    public HaProxyLoadBalancer(String socket, String backend) {
        this.socket = Util.fixNull(socket).trim();
        this.backend = Util.fixNull(backend).trim();
    }

    public String getSocket() {
        return socket;
    }

    public String getBackend() {
        return backend;
    }

    @CheckForNull
    public String getStateFile() {
        return stateFile;
    }

    @DataBoundSetter
    public void setStateFile(@CheckForNull String stateFile) {
        this.stateFile = Util.fixEmptyAndTrim(stateFile);
    }

    @Override
    public Object toServiceFile() {
        return Map.of(
                "haproxy",
                common().with("socket", socket)
                        .with("backend", backend)
                        .with("stateFile", stateFile)
                        .build());
    }

    @Extension
    @Symbol("haproxy")
    public static final class DescriptorImpl extends Descriptor<LoadBalancerSetting> {
        @Override
        public String getDisplayName() {
            return Messages.HaProxyLoadBalancer_DisplayName();
        }
    }
}
