package io.jenkins.plugins.transparentdeploy;

import hudson.init.InitMilestone;
import hudson.init.Initializer;
import hudson.security.Permission;
import hudson.security.PermissionGroup;
import hudson.security.PermissionScope;
import jenkins.model.Jenkins;

/**
 * Who may roll back what a job released. It needs no permission to configure or build the job. The name of this class is
 * part of the ids of all permissions of the group, under which they are granted: it must stay.
 */
public final class RollbackPermission {
    public static final PermissionGroup GROUP =
            new PermissionGroup(RollbackPermission.class, Messages._RollbackPermission_Group());

    public static final Permission ROLLBACK = new Permission(
            GROUP, "Rollback", Messages._RollbackPermission_Rollback(), Jenkins.ADMINISTER, PermissionScope.ITEM);

    private RollbackPermission() {}

    /** Registers the permission before anything reads security settings that name it. */
    @Initializer(after = InitMilestone.PLUGINS_STARTED, before = InitMilestone.EXTENSIONS_AUGMENTED)
    public static void register() {
        ROLLBACK.getId();
    }
}
