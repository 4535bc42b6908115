package io.jenkins.plugins.transparentdeploy.settings;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.Util;
import org.kohsuke.stapler.DataBoundSetter;

/** A question that goes over HTTP, maybe with a secret and to a server that only some trust. */
public abstract class RequestCheck extends CheckSetting {
    private static final long serialVersionUID = 1L;

    @CheckForNull
    private AuthSetting auth;

    @CheckForNull
    private String caFile;

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

    /** The beginning of the question: what kind it is, and how to be let in. */
    protected final Properties request(String kind, String value) {
        return new Properties().with(kind, value).with("auth", auth).with("caFile", caFile);
    }
}
