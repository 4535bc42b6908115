package io.jenkins.plugins.transparentdeploy.settings;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.Extension;
import hudson.Util;
import java.util.List;
import org.jenkinsci.Symbol;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;

/** Asks over HTTP and looks at the answer. */
public class HttpCheck extends RequestCheck {
    private static final long serialVersionUID = 1L;

    private final String url;

    @CheckForNull
    private List<Integer> status;

    @CheckForNull
    private String bodyContains;

    @CheckForNull
    private String bodyMatches;

    @CheckForNull
    private String method;

    @CheckForNull
    private List<String> headers;

    @CheckForNull
    private String maxLatency;

    @CheckForNull
    private List<String> json;

    @CheckForNull
    private Boolean followRedirects;

    @DataBoundConstructor
    public HttpCheck(String url) {
        this.url = Util.fixNull(url).trim();
    }

    public String getUrl() {
        return url;
    }

    @CheckForNull
    public List<Integer> getStatus() {
        return status;
    }

    @DataBoundSetter
    public void setStatus(@CheckForNull List<Integer> status) {
        this.status = status == null || status.isEmpty() ? null : status;
    }

    @CheckForNull
    public String getBodyContains() {
        return bodyContains;
    }

    @DataBoundSetter
    public void setBodyContains(@CheckForNull String bodyContains) {
        this.bodyContains = Util.fixEmptyAndTrim(bodyContains);
    }

    @CheckForNull
    public String getBodyMatches() {
        return bodyMatches;
    }

    @DataBoundSetter
    public void setBodyMatches(@CheckForNull String bodyMatches) {
        this.bodyMatches = Util.fixEmptyAndTrim(bodyMatches);
    }

    @CheckForNull
    public String getMethod() {
        return method;
    }

    @DataBoundSetter
    public void setMethod(@CheckForNull String method) {
        this.method = Util.fixEmptyAndTrim(method);
    }

    @CheckForNull
    public List<String> getHeaders() {
        return headers;
    }

    @DataBoundSetter
    public void setHeaders(@CheckForNull List<String> headers) {
        this.headers = Lines.of(headers);
    }

    @CheckForNull
    public String getMaxLatency() {
        return maxLatency;
    }

    @DataBoundSetter
    public void setMaxLatency(@CheckForNull String maxLatency) {
        this.maxLatency = Util.fixEmptyAndTrim(maxLatency);
    }

    @CheckForNull
    public List<String> getJson() {
        return json;
    }

    /** @param json lines of a JSON pointer, a colon, a blank, and the value there */
    @DataBoundSetter
    public void setJson(@CheckForNull List<String> json) {
        this.json = Lines.of(json);
    }

    @CheckForNull
    public Boolean getFollowRedirects() {
        return followRedirects;
    }

    @DataBoundSetter
    public void setFollowRedirects(@CheckForNull Boolean followRedirects) {
        this.followRedirects = followRedirects;
    }

    /** For the form. */
    public String getJsonText() {
        return Lines.join(json);
    }

    /** For the form. */
    public String getHeadersText() {
        return Lines.join(headers);
    }

    @Override
    protected Properties question() {
        return request("http", url)
                .with("status", status)
                .with("bodyContains", bodyContains)
                .with("bodyMatches", bodyMatches)
                .with("method", method)
                .with("headers", Lines.toMap(headers, ":"))
                .with("maxLatency", maxLatency)
                .with("json", Lines.toValues(json))
                .with("followRedirects", followRedirects);
    }

    /** For the form. */
    public String getStatusText() {
        return status == null || status.isEmpty() ? "" : status.get(0).toString();
    }

    @Extension
    @Symbol("httpCheck")
    public static final class DescriptorImpl extends RequestDescriptor<CheckSetting> {
        @Override
        public String getDisplayName() {
            return Messages.HttpCheck_DisplayName();
        }
    }
}
