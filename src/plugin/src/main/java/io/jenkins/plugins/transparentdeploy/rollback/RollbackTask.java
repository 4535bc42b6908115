package io.jenkins.plugins.transparentdeploy.rollback;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.model.Label;
import hudson.model.Queue;
import hudson.model.ResourceList;
import hudson.security.ACL;
import io.jenkins.plugins.transparentdeploy.RollbackPermission;
import jenkins.model.Jenkins;
import org.springframework.security.core.Authentication;

/**
 * A rollback in Jenkins's queue. It takes no executor slot, starts even when Jenkins prepares to shut down, and is not itself
 * persisted there: {@link Rollbacks} brings it back after a restart.
 */
final class RollbackTask implements Queue.FlyweightTask, Queue.NonBlockingTask, Queue.TransientTask {
    private final Rollback rollback;

    RollbackTask(Rollback rollback) {
        this.rollback = rollback;
    }

    @Override
    public Queue.Executable createExecutable() {
        return new RollbackExecutable(this, rollback);
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
        return rollback.getDisplayName();
    }

    @Override
    public String getFullDisplayName() {
        return rollback.getDisplayName();
    }

    @Override
    public String getDisplayName() {
        return rollback.getDisplayName();
    }

    @Override
    public String getUrl() {
        return rollback.getUrl();
    }

    @Override
    public void checkAbortPermission() {
        rollback.owner().checkPermission(RollbackPermission.ROLLBACK);
    }

    @Override
    public boolean hasAbortPermission() {
        return rollback.owner().hasPermission(RollbackPermission.ROLLBACK);
    }

    @Override
    @NonNull
    public Authentication getDefaultAuthentication2() {
        return ACL.SYSTEM2;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof RollbackTask task && task.rollback.getId().equals(rollback.getId());
    }

    @Override
    public int hashCode() {
        return rollback.getId().hashCode();
    }
}
