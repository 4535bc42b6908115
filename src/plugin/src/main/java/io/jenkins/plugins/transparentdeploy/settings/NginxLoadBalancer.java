package io.jenkins.plugins.transparentdeploy.settings;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.Extension;
import hudson.Util;
import hudson.model.Descriptor;
import java.util.List;
import java.util.Map;
import org.jenkinsci.Symbol;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;

/** nginx, steered by a file of its configuration and a reload. */
public class NginxLoadBalancer extends ExternalLoadBalancer {
    private static final long serialVersionUID = 1L;

    private final String upstreamFile;
    private final String upstream;

    @CheckForNull
    private List<String> directives;

    @CheckForNull
    private List<String> configTest;

    @CheckForNull
    private List<String> reloadCommand;

    @CheckForNull
    private String pidFile;

    @DataBoundConstructor
    public NginxLoadBalancer(String upstreamFile, String upstream) {
        this.upstreamFile = Util.fixNull(upstreamFile).trim();
        this.upstream = Util.fixNull(upstream).trim();
    }

    public String getUpstreamFile() {
        return upstreamFile;
    }

    public String getUpstream() {
        return upstream;
    }

    @CheckForNull
    public List<String> getDirectives() {
        return directives;
    }

    @DataBoundSetter
    public void setDirectives(@CheckForNull List<String> directives) {
        this.directives = Lines.of(directives);
    }

    @CheckForNull
    public List<String> getConfigTest() {
        return configTest;
    }

    @DataBoundSetter
    public void setConfigTest(@CheckForNull List<String> configTest) {
        this.configTest = Lines.of(configTest);
    }

    @CheckForNull
    public List<String> getReloadCommand() {
        return reloadCommand;
    }

    @DataBoundSetter
    public void setReloadCommand(@CheckForNull List<String> reloadCommand) {
        this.reloadCommand = Lines.of(reloadCommand);
    }

    @CheckForNull
    public String getPidFile() {
        return pidFile;
    }

    @DataBoundSetter
    public void setPidFile(@CheckForNull String pidFile) {
        this.pidFile = Util.fixEmptyAndTrim(pidFile);
    }

    /** For the form. */
    public String getDirectivesText() {
        return Lines.join(directives);
    }

    /** For the form. */
    public String getConfigTestText() {
        return Lines.join(configTest);
    }

    /** For the form. */
    public String getReloadCommandText() {
        return Lines.join(reloadCommand);
    }

    @Override
    public Object toServiceFile() {
        return Map.of(
                "nginx",
                common().with("upstreamFile", upstreamFile)
                        .with("upstream", upstream)
                        .with("directives", directives)
                        .with("configTest", configTest)
                        .with("reloadCommand", reloadCommand)
                        .with("pidFile", pidFile)
                        .build());
    }

    @Extension
    @Symbol("nginx")
    public static final class DescriptorImpl extends Descriptor<LoadBalancerSetting> {
        @Override
        public String getDisplayName() {
            return Messages.NginxLoadBalancer_DisplayName();
        }
    }
}
