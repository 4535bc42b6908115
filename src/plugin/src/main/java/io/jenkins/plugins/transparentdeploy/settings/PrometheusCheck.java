package io.jenkins.plugins.transparentdeploy.settings;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.Extension;
import hudson.Util;
import org.jenkinsci.Symbol;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;

/** Asks a Prometheus server for one number, and whether that is within bounds. */
public class PrometheusCheck extends RequestCheck {
    private static final long serialVersionUID = 1L;

    private final String query;
    private final String server;

    @CheckForNull
    private Double atLeast;

    @CheckForNull
    private Double atMost;

    @DataBoundConstructor
    public PrometheusCheck(String query, String server) {
        this.query = Util.fixNull(query).trim();
        this.server = Util.fixNull(server).trim();
    }

    public String getQuery() {
        return query;
    }

    public String getServer() {
        return server;
    }

    @CheckForNull
    public Double getAtLeast() {
        return atLeast;
    }

    @DataBoundSetter
    public void setAtLeast(@CheckForNull Double atLeast) {
        this.atLeast = atLeast;
    }

    @CheckForNull
    public Double getAtMost() {
        return atMost;
    }

    @DataBoundSetter
    public void setAtMost(@CheckForNull Double atMost) {
        this.atMost = atMost;
    }

    @Override
    protected Properties question() {
        return request("prometheus", query)
                .with("server", server)
                .with("atLeast", atLeast)
                .with("atMost", atMost);
    }

    @Extension
    @Symbol("prometheusCheck")
    public static final class DescriptorImpl extends RequestDescriptor<CheckSetting> {
        @Override
        public String getDisplayName() {
            return Messages.PrometheusCheck_DisplayName();
        }
    }
}
