package io.jenkins.plugins.transparentdeploy.settings;

import com.cloudbees.jenkins.plugins.sshcredentials.SSHUserPrivateKey;
import com.cloudbees.plugins.credentials.CredentialsMatchers;
import com.cloudbees.plugins.credentials.CredentialsProvider;
import com.cloudbees.plugins.credentials.CredentialsScope;
import com.cloudbees.plugins.credentials.common.StandardListBoxModel;
import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.Util;
import hudson.model.Item;
import hudson.model.Queue;
import hudson.model.queue.Tasks;
import hudson.security.ACL;
import hudson.util.FormValidation;
import hudson.util.ListBoxModel;
import hudson.util.Secret;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import jenkins.model.Jenkins;
import org.springframework.security.core.Authentication;

/** Credentials of the kind SSH user name with private key that a job may use: Jenkins's own, and those of its folders. */
public final class SshCredentials {
    private SshCredentials() {}

    /** As the job may use them now; empty if there are none of this id for it. */
    public static Optional<SSHUserPrivateKey> find(Item job, String id) {
        Authentication authentication = authentication(job);
        List<SSHUserPrivateKey> candidates = new ArrayList<>(
                CredentialsProvider.lookupCredentialsInItem(SSHUserPrivateKey.class, job, authentication, List.of()));
        if (!authentication.equals(ACL.SYSTEM2) && job.hasPermission2(authentication, CredentialsProvider.USE_ITEM)) {
            candidates.addAll(
                    CredentialsProvider.lookupCredentialsInItem(SSHUserPrivateKey.class, job, ACL.SYSTEM2, List.of()));
        }
        return byId(candidates, id);
    }

    /** As any job may use them: those of Jenkins itself, if they are not for its own use; empty if there are none of this id. */
    public static Optional<SSHUserPrivateKey> findForAnyJob(String id) {
        List<SSHUserPrivateKey> ofJenkins = CredentialsProvider.lookupCredentialsInItemGroup(
                SSHUserPrivateKey.class, Jenkins.get(), ACL.SYSTEM2, List.of());
        return byId(ofJenkins, id).filter(credentials -> credentials.getScope() != CredentialsScope.SYSTEM);
    }

    private static Optional<SSHUserPrivateKey> byId(List<SSHUserPrivateKey> candidates, String id) {
        return candidates.stream()
                .filter(credentials -> credentials.getId().equals(id))
                .findFirst();
    }

    /** Nobody is there to be asked for a passphrase when a release runs. */
    public static boolean isLocked(SSHUserPrivateKey credentials) {
        Secret passphrase = credentials.getPassphrase();
        return passphrase != null && !passphrase.getPlainText().isEmpty();
    }

    /** For a form; only the current one for those who may not choose any. */
    static ListBoxModel choices(@CheckForNull Item job, String current) {
        StandardListBoxModel choices = new StandardListBoxModel();
        if (!mayChoose(job)) {
            return choices.includeCurrentValue(current);
        }
        choices.includeEmptyValue();
        return (job == null
                        ? choices.includeMatchingAs(
                                ACL.SYSTEM2,
                                Jenkins.get(),
                                SSHUserPrivateKey.class,
                                List.of(),
                                CredentialsMatchers.always())
                        : choices.includeMatchingAs(
                                authentication(job),
                                job,
                                SSHUserPrivateKey.class,
                                List.of(),
                                CredentialsMatchers.always()))
                .includeCurrentValue(current);
    }

    /** For a form; says nothing to those who may not choose any. */
    static FormValidation check(@CheckForNull Item job, String id) {
        if (job == null || !mayChoose(job) || Util.fixEmptyAndTrim(id) == null) {
            return FormValidation.ok();
        }
        Optional<SSHUserPrivateKey> found = find(job, id);
        if (found.isEmpty()) {
            return FormValidation.error(Messages.Ssh_Unknown(id));
        }
        return isLocked(found.get()) ? FormValidation.error(Messages.Ssh_Locked(id)) : FormValidation.ok();
    }

    private static boolean mayChoose(@CheckForNull Item job) {
        return job == null
                ? Jenkins.get().hasPermission(Jenkins.ADMINISTER)
                : job.hasPermission(Item.EXTENDED_READ) || job.hasPermission(CredentialsProvider.USE_ITEM);
    }

    /** Whom builds of the job run as. */
    private static Authentication authentication(Item job) {
        return job instanceof Queue.Task task ? Tasks.getAuthenticationOf2(task) : ACL.SYSTEM2;
    }
}
