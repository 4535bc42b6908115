package io.jenkins.plugins.transparentdeploy.records;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Extension;
import hudson.model.Node;
import java.io.IOException;
import java.util.logging.Level;
import java.util.logging.Logger;
import jenkins.model.NodeListener;

/** What lives on an agent goes on living there when that has another name. */
@Extension
public final class RenamedAgents extends NodeListener {
    private static final Logger LOGGER = Logger.getLogger(RenamedAgents.class.getName());

    @Override
    protected void onUpdated(@NonNull Node before, @NonNull Node after) {
        if (before.getNodeName().equals(after.getNodeName())) {
            return;
        }
        for (ReleaseHistory history : ReleaseHistory.all()) {
            try {
                history.agentRenamed(before.getNodeName(), after.getNodeName());
            } catch (IOException | RuntimeException e) {
                LOGGER.log(
                        Level.WARNING,
                        e,
                        () -> "It could not be kept that " + history.getService() + "/" + history.getEnvironment()
                                + " is on agent " + after.getNodeName()
                                + " now. See that Jenkins can write to its home, and rename the agent back and forth.");
            }
        }
    }
}
