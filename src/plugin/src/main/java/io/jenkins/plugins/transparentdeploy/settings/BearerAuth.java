package io.jenkins.plugins.transparentdeploy.settings;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.Extension;
import hudson.Util;
import hudson.model.Descriptor;
import org.jenkinsci.Symbol;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;

/** A token. */
public class BearerAuth extends AuthSetting {
    private static final long serialVersionUID = 1L;

    @CheckForNull
    private String tokenFile;

    @CheckForNull
    private String tokenVariable;

    @DataBoundConstructor
    public BearerAuth() {}

    @CheckForNull
    public String getTokenFile() {
        return tokenFile;
    }

    @DataBoundSetter
    public void setTokenFile(@CheckForNull String tokenFile) {
        this.tokenFile = Util.fixEmptyAndTrim(tokenFile);
    }

    @CheckForNull
    public String getTokenVariable() {
        return tokenVariable;
    }

    @DataBoundSetter
    public void setTokenVariable(@CheckForNull String tokenVariable) {
        this.tokenVariable = Util.fixEmptyAndTrim(tokenVariable);
    }

    @Override
    public Object toServiceFile() {
        return new Properties()
                .with("bearer", reference(tokenFile, tokenVariable))
                .build();
    }

    @Extension
    @Symbol("bearerAuth")
    public static final class DescriptorImpl extends Descriptor<AuthSetting> {
        @Override
        public String getDisplayName() {
            return Messages.BearerAuth_DisplayName();
        }
    }
}
