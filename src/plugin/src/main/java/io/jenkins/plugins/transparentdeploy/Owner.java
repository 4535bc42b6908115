package io.jenkins.plugins.transparentdeploy;

import hudson.model.Item;
import hudson.model.Job;
import hudson.security.ACL;
import hudson.security.ACLContext;
import hudson.security.AccessControlled;
import java.util.Optional;
import jenkins.model.Jenkins;

/**
 * Who decides over a release: the job whose build made it or, when that is gone, as a branch's is after the merge, the
 * nearest folder that is left, and at last Jenkins itself. Items are found whoever asks: to look one up as somebody who may
 * not see it says that it is gone, or, to whoever may discover it, nothing but an exception.
 */
public final class Owner {
    private Owner() {}

    /**
     * Whether it may be seen is for the caller to ask: an item that the user may not see is found all the same, or the
     * folder around it would decide in its place.
     *
     * @param fullName of an item; empty for Jenkins itself
     */
    public static AccessControlled of(String fullName) {
        try (ACLContext ignored = ACL.as2(ACL.SYSTEM2)) {
            for (String name = fullName; !name.isEmpty(); name = parentOf(name)) {
                Item item = Jenkins.get().getItemByFullName(name);
                if (item != null) {
                    return item;
                }
            }
            return Jenkins.get();
        }
    }

    /** The job itself, as long as it is there, whoever asks. */
    public static Optional<Job<?, ?>> job(String fullName) {
        try (ACLContext ignored = ACL.as2(ACL.SYSTEM2)) {
            return Optional.ofNullable(Jenkins.get().getItemByFullName(fullName, Job.class));
        }
    }

    /** The job itself, as long as it is there, for those who may see it. */
    public static Optional<Job<?, ?>> visibleJob(String fullName) {
        return job(fullName).filter(job -> job.hasPermission(Item.READ));
    }

    private static String parentOf(String fullName) {
        return fullName.substring(0, Math.max(0, fullName.lastIndexOf('/')));
    }
}
