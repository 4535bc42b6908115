package io.jenkins.plugins.transparentdeploy.settings;

import hudson.Extension;
import hudson.Util;
import hudson.model.Descriptor;
import org.jenkinsci.Symbol;
import org.kohsuke.stapler.DataBoundConstructor;

/** One running copy of the service. */
public class Instance extends Setting<Instance> {
    private static final long serialVersionUID = 1L;

    private final String name;

    private final Integer port;

    @DataBoundConstructor
    public Instance(String name, Integer port) {
        this.name = Util.fixNull(name).trim();
        this.port = port;
    }

    public String getName() {
        return name;
    }

    public Integer getPort() {
        return port;
    }

    @Override
    public Object toServiceFile() {
        return new Properties().with("port", port).build();
    }

    @Extension
    @Symbol("instance")
    public static final class DescriptorImpl extends Descriptor<Instance> {
        @Override
        public String getDisplayName() {
            return Messages.Instance_DisplayName();
        }
    }
}
