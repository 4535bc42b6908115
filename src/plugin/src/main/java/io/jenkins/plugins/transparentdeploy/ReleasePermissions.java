package io.jenkins.plugins.transparentdeploy;

import hudson.init.InitMilestone;
import hudson.init.Initializer;
import hudson.security.Permission;
import hudson.security.PermissionScope;
import jenkins.model.Jenkins;

/**
 * Who may promote what a job released, and who may keep deployments out of its environments; beside {@link
 * RollbackPermission} in one group, so that each can be given alone.
 */
public final class ReleasePermissions {
    public static final Permission PROMOTE = new Permission(
            RollbackPermission.GROUP,
            "Promote",
            Messages._ReleasePermissions_Promote(),
            Jenkins.ADMINISTER,
            PermissionScope.ITEM);

    public static final Permission FREEZE = new Permission(
            RollbackPermission.GROUP,
            "Freeze",
            Messages._ReleasePermissions_Freeze(),
            Jenkins.ADMINISTER,
            PermissionScope.ITEM);

    private ReleasePermissions() {}

    /** Registers the permissions before anything reads security settings that name them. */
    @Initializer(after = InitMilestone.PLUGINS_STARTED, before = InitMilestone.EXTENSIONS_AUGMENTED)
    public static void register() {
        PROMOTE.getId();
        FREEZE.getId();
    }
}
