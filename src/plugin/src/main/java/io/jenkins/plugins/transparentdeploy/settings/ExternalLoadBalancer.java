package io.jenkins.plugins.transparentdeploy.settings;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.Util;
import java.util.List;
import org.kohsuke.stapler.DataBoundSetter;

/** A load balancer that somebody else runs, with names of its own for the instances. */
public abstract class ExternalLoadBalancer extends LoadBalancerSetting {
    private static final long serialVersionUID = 1L;

    @CheckForNull
    private List<String> servers;

    @CheckForNull
    private String balancing;

    @CheckForNull
    private String accessLog;

    @CheckForNull
    public List<String> getServers() {
        return servers;
    }

    /** @param servers lines of an instance, a colon, a blank, and its server */
    @DataBoundSetter
    public void setServers(@CheckForNull List<String> servers) {
        this.servers = Lines.of(servers);
    }

    @CheckForNull
    public String getBalancing() {
        return balancing;
    }

    @DataBoundSetter
    public void setBalancing(@CheckForNull String balancing) {
        this.balancing = Util.fixEmptyAndTrim(balancing);
    }

    @CheckForNull
    public String getAccessLog() {
        return accessLog;
    }

    @DataBoundSetter
    public void setAccessLog(@CheckForNull String accessLog) {
        this.accessLog = Util.fixEmptyAndTrim(accessLog);
    }

    /** For the form. */
    public String getServersText() {
        return Lines.join(servers);
    }

    /** What every kind has, in the form of a service file. */
    protected final Properties common() {
        return new Properties()
                .with("servers", Lines.toMap(servers, ": "))
                .with("balancing", balancing)
                .with("accessLog", accessLog);
    }
}
