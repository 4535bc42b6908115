package io.jenkins.plugins.transparentdeploy.rollback;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.model.Label;
import hudson.model.Queue;
import hudson.model.ResourceList;
import hudson.security.ACL;
import hudson.security.ACLContext;
import hudson.security.AccessControlled;
import jenkins.model.Jenkins;
import org.springframework.security.core.Authentication;

/**
 * A rollback or a promotion in Jenkins's queue. It takes no executor slot, starts even when Jenkins prepares to shut down, and is not itself
 * persisted there: {@link Rollbacks} brings it back after a restart.
 */
final class UndertakingTask
        implements Queue.FlyweightTask, Queue.NonBlockingTask, Queue.TransientTask, AccessControlled {
    private final Undertaking undertaking;

    UndertakingTask(Undertaking undertaking) {
        this.undertaking = undertaking;
    }

    @Override
    public Queue.Executable createExecutable() {
        return new UndertakingExecutable(this, undertaking);
    }

    /** On the controller, whatever agents there are: it only follows what runs on the service's host. */
    @Override
    public Label getAssignedLabel() {
        return Jenkins.get().getSelfLabel();
    }

    @Override
    public ResourceList getResourceList() {
        return ResourceList.EMPTY;
    }

    @Override
    public String getName() {
        return undertaking.getDisplayName();
    }

    @Override
    public String getFullDisplayName() {
        return undertaking.getDisplayName();
    }

    @Override
    public String getDisplayName() {
        return undertaking.getDisplayName();
    }

    @Override
    public String getUrl() {
        return undertaking.getUrl();
    }

    /** Queue and executors name it to those only who may see what it changes. */
    @Override
    @NonNull
    public ACL getACL() {
        return ACL.lambda2((who, permission) -> {
            try (ACLContext ignored = ACL.as2(who)) {
                return undertaking.allows(permission);
            }
        });
    }

    @Override
    public void checkAbortPermission() {
        undertaking.checkMayDecide();
    }

    @Override
    public boolean hasAbortPermission() {
        return undertaking.mayDecide();
    }

    @Override
    @NonNull
    public Authentication getDefaultAuthentication2() {
        return ACL.SYSTEM2;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof UndertakingTask task && task.undertaking.getId().equals(undertaking.getId());
    }

    @Override
    public int hashCode() {
        return undertaking.getId().hashCode();
    }
}
