package io.jenkins.plugins.transparentdeploy.configuration;

import com.cloudbees.jenkins.plugins.sshcredentials.SSHUserPrivateKey;
import com.cloudbees.plugins.credentials.CredentialsMatchers;
import com.cloudbees.plugins.credentials.CredentialsProvider;
import com.cloudbees.plugins.credentials.common.StandardListBoxModel;
import hudson.security.ACL;
import hudson.util.FormValidation;
import hudson.util.ListBoxModel;
import hudson.util.Secret;
import java.util.List;
import java.util.Optional;
import jenkins.model.Jenkins;

/** Credentials of the kind SSH user name with private key, of Jenkins's own, as {@link SecretTexts} are. */
final class SshKeys {
    private SshKeys() {}

    /** The private key as it is now; empty if there are no such credentials. */
    static Optional<Secret> find(String id) {
        return credentials(id)
                .flatMap(found -> found.getPrivateKeys().stream().findFirst())
                .map(Secret::fromString);
    }

    /** For a form: secret texts, and these; only the current one for those who do not administer Jenkins. */
    static ListBoxModel choicesWithSecretTexts(String current) {
        ListBoxModel choices = SecretTexts.choices(current);
        if (Jenkins.get().hasPermission(Jenkins.ADMINISTER)) {
            new StandardListBoxModel()
                    .includeMatchingAs(
                            ACL.SYSTEM2,
                            Jenkins.get(),
                            SSHUserPrivateKey.class,
                            List.of(),
                            CredentialsMatchers.always())
                    .forEach(key -> {
                        choices.removeIf(choice -> choice.value.equals(key.value));
                        choices.add(key);
                    });
        }
        return choices;
    }

    /** Nobody is there to be asked for a passphrase when a release runs. */
    static FormValidation check(String id) {
        Secret passphrase =
                credentials(id).map(SSHUserPrivateKey::getPassphrase).orElse(null);
        return passphrase == null || passphrase.getPlainText().isEmpty()
                ? FormValidation.ok()
                : FormValidation.error(Messages.CredentialVariable_Locked(id));
    }

    private static Optional<SSHUserPrivateKey> credentials(String id) {
        return CredentialsProvider.lookupCredentialsInItemGroup(
                        SSHUserPrivateKey.class, Jenkins.get(), ACL.SYSTEM2, List.of())
                .stream()
                .filter(credentials -> credentials.getId().equals(id))
                .findFirst();
    }
}
