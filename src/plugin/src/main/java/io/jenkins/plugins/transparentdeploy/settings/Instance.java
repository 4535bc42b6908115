package io.jenkins.plugins.transparentdeploy.settings;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.Extension;
import hudson.Util;
import hudson.model.Descriptor;
import org.jenkinsci.Symbol;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;

/** One running copy of the service. */
public class Instance extends Setting<Instance> {
    private static final long serialVersionUID = 1L;

    private final String name;

    private final Integer port;

    @CheckForNull
    private String host;

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

    @CheckForNull
    public String getHost() {
        return host;
    }

    /** @param host the name of the machine that it is on */
    @DataBoundSetter
    public void setHost(@CheckForNull String host) {
        this.host = Util.fixEmptyAndTrim(host);
    }

    @Override
    public Object toServiceFile() {
        return new Properties().with("port", port).with("host", host).build();
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
