package io.jenkins.plugins.transparentdeploy.settings;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.Extension;
import hudson.Util;
import org.jenkinsci.Symbol;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;

/** As many instances as keep what a Prometheus query gives at its objective. */
public class PrometheusScaling extends ScalingSetting {
    private static final long serialVersionUID = 1L;

    private final String query;
    private final String server;
    private final Double objective;

    @CheckForNull
    private AuthSetting auth;

    @CheckForNull
    private String caFile;

    @CheckForNull
    private String timeout;

    /** @param objective of one instance, in the unit of the query */
    @DataBoundConstructor
    public PrometheusScaling(String query, String server, Double objective) {
        this.query = Util.fixNull(query).trim();
        this.server = Util.fixNull(server).trim();
        this.objective = objective;
    }

    public String getQuery() {
        return query;
    }

    public String getServer() {
        return server;
    }

    public Double getObjective() {
        return objective;
    }

    @CheckForNull
    public AuthSetting getAuth() {
        return auth;
    }

    @DataBoundSetter
    public void setAuth(@CheckForNull AuthSetting auth) {
        this.auth = auth;
    }

    @CheckForNull
    public String getCaFile() {
        return caFile;
    }

    @DataBoundSetter
    public void setCaFile(@CheckForNull String caFile) {
        this.caFile = Util.fixEmptyAndTrim(caFile);
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
    protected void putLoad(Properties rule) {
        rule.with(
                "prometheus",
                new Properties()
                        .with("query", query)
                        .with("server", server)
                        .with("objective", objective)
                        .with("auth", auth)
                        .with("caFile", caFile)
                        .with("timeout", timeout)
                        .build());
    }

    @Extension
    @Symbol("prometheusScaling")
    public static final class DescriptorImpl extends RequestDescriptor<ScalingSetting> {
        @Override
        public String getDisplayName() {
            return Messages.PrometheusScaling_DisplayName();
        }
    }
}
