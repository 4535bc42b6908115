package io.jenkins.plugins.transparentdeploy.configuration;

import com.cloudbees.plugins.credentials.CredentialsMatchers;
import com.cloudbees.plugins.credentials.CredentialsProvider;
import com.cloudbees.plugins.credentials.common.StandardListBoxModel;
import hudson.Util;
import hudson.security.ACL;
import hudson.util.FormValidation;
import hudson.util.ListBoxModel;
import hudson.util.Secret;
import java.util.List;
import java.util.Optional;
import jenkins.model.Jenkins;
import org.jenkinsci.plugins.plaincredentials.StringCredentials;

/**
 * Credentials of the kind secret text, of Jenkins's own: the administrator who configures their use answers for them;
 * never those of folders or users.
 */
final class SecretTexts {
    private SecretTexts() {}

    /** The secret as it is now; empty if there are no such credentials. */
    static Optional<Secret> find(String id) {
        return all().stream()
                .filter(credentials -> credentials.getId().equals(id))
                .findFirst()
                .map(StringCredentials::getSecret);
    }

    /** For a form; only the current one for those who do not administer Jenkins. */
    static ListBoxModel choices(String current) {
        if (!Jenkins.get().hasPermission(Jenkins.ADMINISTER)) {
            return new StandardListBoxModel().includeCurrentValue(current);
        }
        return new StandardListBoxModel()
                .includeEmptyValue()
                .includeMatchingAs(
                        ACL.SYSTEM2, Jenkins.get(), StringCredentials.class, List.of(), CredentialsMatchers.always())
                .includeCurrentValue(current);
    }

    static FormValidation check(String id) {
        if (Util.fixNull(id).isBlank()) {
            return FormValidation.error(Messages.CredentialVariable_None());
        }
        return find(id).isPresent()
                ? FormValidation.ok()
                : FormValidation.error(Messages.CredentialVariable_Unknown(id));
    }

    private static List<StringCredentials> all() {
        return CredentialsProvider.lookupCredentialsInItemGroup(
                StringCredentials.class, Jenkins.get(), ACL.SYSTEM2, List.of());
    }
}
