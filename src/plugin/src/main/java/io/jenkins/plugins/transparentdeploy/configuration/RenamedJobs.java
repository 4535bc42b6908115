package io.jenkins.plugins.transparentdeploy.configuration;

import hudson.Extension;
import hudson.model.Item;
import hudson.model.listeners.ItemListener;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import jenkins.model.Jenkins;

/**
 * An environment that is for certain jobs is for them also when they, or the folders around them, have another name: whoever
 * makes a job of the old name is not to get what was meant for them.
 */
@Extension
public final class RenamedJobs extends ItemListener {
    private static final Logger LOGGER = Logger.getLogger(RenamedJobs.class.getName());

    @Override
    public void onLocationChanged(Item item, String oldFullName, String newFullName) {
        List<String> changed = TransparentDeployConfiguration.get().jobRenamed(oldFullName, newFullName);
        if (!changed.isEmpty() && Jenkins.get().getPlugin("configuration-as-code") != null) {
            LOGGER.log(
                    Level.WARNING,
                    () -> String.join(", ", changed) + " is for the builds of " + newFullName
                            + " now, which was called "
                            + oldFullName + ". If this is configured as code, name it there, too, under"
                            + " transparentDeploy.environments.jobs: else the next time that the code is applied,"
                            + " the environment is for whoever has the old name.");
        }
    }
}
