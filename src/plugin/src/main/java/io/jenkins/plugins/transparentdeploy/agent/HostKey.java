package io.jenkins.plugins.transparentdeploy.agent;

import com.cloudbees.jenkins.plugins.sshcredentials.SSHUserPrivateKey;
import com.cloudbees.plugins.credentials.CredentialsProvider;
import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.model.Item;
import hudson.security.ACL;
import hudson.security.ACLContext;
import io.jenkins.plugins.transparentdeploy.Owner;
import io.jenkins.plugins.transparentdeploy.settings.Ssh;
import io.jenkins.plugins.transparentdeploy.settings.SshCredentials;
import java.io.Serial;
import java.io.Serializable;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The SSH key that a Jenkinsfile named by the id of its credentials. Only names are kept of it, with the request and with
 * where the service lives. The key is looked up anew for each run, as the job may use it then, or what is left around it when
 * it is gone, as a branch is after the merge ({@link Owner}), and reaches {@code tdeploy}
 * in a variable of its environment: in no file, so none is left behind, whatever becomes of build and agent.
 */
public final class HostKey implements Serializable {
    @Serial
    private static final long serialVersionUID = 1L;

    private final String credentialsId;
    private final String jobName;

    @CheckForNull
    private final String user;

    /**
     * @param jobName full name of the job that named them; it need not exist any more
     * @param user who logs in; null for the user name of the credentials
     */
    public HostKey(String credentialsId, String jobName, @CheckForNull String user) {
        this.credentialsId = credentialsId;
        this.jobName = jobName;
        this.user = user;
    }

    public String credentialsId() {
        return credentialsId;
    }

    public String jobName() {
        return jobName;
    }

    @CheckForNull
    public String user() {
        return user;
    }

    /**
     * Has a run find the key, and log in as the credentials say unless the request does.
     *
     * @param problems gets a sentence if the key is not there, or cannot be used
     */
    void giveTo(RunRequest request, Variables variables, Consumer<String> problems) {
        find(problems).ifPresent(credentials -> {
            variables.put(Ssh.CREDENTIALS_VARIABLE, credentials.getPrivateKeys().get(0));
            if (!request.wantsSshUser()) {
                return;
            }
            if (user != null) {
                request.logInAs(user);
            } else if (credentials.isUsernameSecret()) {
                problems.accept(Messages.HostKey_SecretUser(credentialsId));
            } else {
                request.logInAs(credentials.getUsername());
            }
        });
    }

    /**
     * Has a short call find the key.
     *
     * @param problems gets a sentence if the key is not there, or cannot be used
     */
    void giveTo(Variables variables, Consumer<String> problems) {
        find(problems)
                .ifPresent(credentials -> variables.put(
                        Ssh.CREDENTIALS_VARIABLE, credentials.getPrivateKeys().get(0)));
    }

    private Optional<SSHUserPrivateKey> find(Consumer<String> problems) {
        try (ACLContext ignored = ACL.as2(ACL.SYSTEM2)) {
            Optional<Item> owner = Optional.of(Owner.of(jobName))
                    .filter(Item.class::isInstance)
                    .map(Item.class::cast);
            Optional<SSHUserPrivateKey> found = owner.map(item -> SshCredentials.find(item, credentialsId))
                    .orElseGet(() -> SshCredentials.findForAnyJob(credentialsId));
            if (found.isEmpty()) {
                problems.accept(
                        Owner.job(jobName).isPresent()
                                ? Messages.HostKey_None(credentialsId, jobName)
                                : Messages.HostKey_NoneAndNoJob(credentialsId, jobName));
            } else if (SshCredentials.isLocked(found.get())) {
                problems.accept(Messages.HostKey_Locked(credentialsId));
                return Optional.empty();
            } else if (found.get().getPrivateKeys().isEmpty()) {
                problems.accept(Messages.HostKey_Empty(credentialsId));
                return Optional.empty();
            }
            found.ifPresent(credentials -> owner.ifPresent(item -> CredentialsProvider.track(item, credentials)));
            return found;
        }
    }

    @Override
    public String toString() {
        return credentialsId + " of " + jobName;
    }
}
