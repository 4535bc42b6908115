package io.jenkins.plugins.transparentdeploy.settings;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.Extension;
import hudson.Util;
import hudson.model.Descriptor;
import java.util.Map;
import org.jenkinsci.Symbol;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;

/** A user and a password. */
public class BasicAuth extends AuthSetting {
    private static final long serialVersionUID = 1L;

    private final String user;

    @CheckForNull
    private String passwordFile;

    @CheckForNull
    private String passwordVariable;

    @DataBoundConstructor
    public BasicAuth(String user) {
        this.user = Util.fixNull(user).trim();
    }

    public String getUser() {
        return user;
    }

    @CheckForNull
    public String getPasswordFile() {
        return passwordFile;
    }

    @DataBoundSetter
    public void setPasswordFile(@CheckForNull String passwordFile) {
        this.passwordFile = Util.fixEmptyAndTrim(passwordFile);
    }

    @CheckForNull
    public String getPasswordVariable() {
        return passwordVariable;
    }

    @DataBoundSetter
    public void setPasswordVariable(@CheckForNull String passwordVariable) {
        this.passwordVariable = Util.fixEmptyAndTrim(passwordVariable);
    }

    @Override
    public Object toServiceFile() {
        return Map.of(
                "basic",
                new Properties()
                        .with("user", user)
                        .with("password", reference(passwordFile, passwordVariable))
                        .build());
    }

    @Extension
    @Symbol("basicAuth")
    public static final class DescriptorImpl extends Descriptor<AuthSetting> {
        @Override
        public String getDisplayName() {
            return Messages.BasicAuth_DisplayName();
        }
    }
}
