package io.jenkins.plugins.transparentdeploy.settings;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.Extension;
import hudson.Util;
import java.util.Map;
import org.jenkinsci.Symbol;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;

/** What a Prometheus query gives. */
public class PrometheusMetric extends ShareMetric {
    private static final long serialVersionUID = 1L;

    private final String query;
    private final String server;

    @CheckForNull
    private String name;

    @CheckForNull
    private AuthSetting auth;

    @CheckForNull
    private String caFile;

    @CheckForNull
    private String timeout;

    @DataBoundConstructor
    public PrometheusMetric(String query, String server) {
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
    public String getName() {
        return name;
    }

    @DataBoundSetter
    public void setName(@CheckForNull String name) {
        this.name = Util.fixEmptyAndTrim(name);
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
    public Object toServiceFile() {
        return Map.of(
                "prometheus",
                bounds().with("name", name)
                        .with("query", query)
                        .with("server", server)
                        .with("auth", auth)
                        .with("caFile", caFile)
                        .with("timeout", timeout)
                        .build());
    }

    @Extension
    @Symbol("prometheusMetric")
    public static final class DescriptorImpl extends RequestDescriptor<MetricSetting> {
        @Override
        public String getDisplayName() {
            return Messages.PrometheusMetric_DisplayName();
        }
    }
}
