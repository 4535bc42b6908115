package io.jenkins.plugins.transparentdeploy.configuration;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Extension;
import hudson.Util;
import hudson.model.AbstractDescribableImpl;
import hudson.model.Descriptor;
import hudson.util.FormValidation;
import hudson.util.ListBoxModel;
import hudson.util.Secret;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import jenkins.model.Jenkins;
import org.jenkinsci.Symbol;
import org.kohsuke.accmod.Restricted;
import org.kohsuke.accmod.restrictions.NoExternalUse;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.verb.POST;

/**
 * A secret text, or a private key, that {@code tdeploy} finds in a variable of its environment, where {@code {env: NAME}}
 * and {@code ssh.key.variable} of a service file look for it. Only the id of the credentials is kept.
 */
public final class CredentialVariable extends AbstractDescribableImpl<CredentialVariable> {
    /** Would change the program that runs, not what it knows. */
    private static final List<String> RESERVED = List.of("PATH", "HOME", "JAVA_HOME", "JAVA_TOOL_OPTIONS", "USER");

    private final String variable;
    private final String credentialsId;

    /** @throws Descriptor.FormException for names that no variable should have */
    @DataBoundConstructor
    public CredentialVariable(String variable, String credentialsId) throws Descriptor.FormException {
        this.variable = Util.fixNull(variable).trim();
        this.credentialsId = Util.fixNull(credentialsId).trim();
        Validation.require(Validation.variable(variable), "variable");
    }

    public String getVariable() {
        return variable;
    }

    public String getCredentialsId() {
        return credentialsId;
    }

    static boolean isReserved(String name) {
        String upper = name.toUpperCase(Locale.ROOT);
        return RESERVED.contains(upper) || upper.startsWith("LD_") || upper.startsWith("JDK_");
    }

    /** The secret as it is now; empty if there are no such credentials. */
    Optional<Secret> secret() {
        return SecretTexts.find(credentialsId).or(() -> SshKeys.find(credentialsId));
    }

    @Extension
    @Symbol("credentialVariable")
    public static final class DescriptorImpl extends Descriptor<CredentialVariable> {
        @Override
        @NonNull
        public String getDisplayName() {
            return Messages.CredentialVariable_DisplayName();
        }

        @POST
        @Restricted(NoExternalUse.class) // Stapler
        public FormValidation doCheckVariable(@QueryParameter String value) {
            Jenkins.get().checkPermission(Jenkins.ADMINISTER);
            return Validation.variable(value);
        }

        @POST
        @Restricted(NoExternalUse.class) // Stapler
        public ListBoxModel doFillCredentialsIdItems(@QueryParameter String credentialsId) {
            return SshKeys.choicesWithSecretTexts(credentialsId);
        }

        @POST
        @Restricted(NoExternalUse.class) // Stapler
        public FormValidation doCheckCredentialsId(@QueryParameter String value) {
            Jenkins.get().checkPermission(Jenkins.ADMINISTER);
            return SshKeys.find(value).isPresent() ? SshKeys.check(value) : SecretTexts.check(value);
        }
    }
}
