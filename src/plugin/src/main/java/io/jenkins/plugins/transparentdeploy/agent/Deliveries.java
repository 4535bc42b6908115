package io.jenkins.plugins.transparentdeploy.agent;

import hudson.FilePath;
import hudson.remoting.VirtualChannel;
import java.io.IOException;
import java.time.Duration;
import java.util.logging.Level;
import java.util.logging.Logger;

/** What was brought to a host: a directory for each request, side by side in a state directory. */
final class Deliveries {
    private static final Logger LOGGER = Logger.getLogger(Deliveries.class.getName());
    /** Nobody saw the end of its request, and what runs for so long has read it by now. */
    private static final Duration FORGOTTEN = Duration.ofDays(7);

    private final FilePath directory;

    /** @param jar as {@link TdeployInstallation#ensure} gives it: it is in the state directory's {@code tools} */
    Deliveries(VirtualChannel channel, String jar) {
        this.directory = new FilePath(channel, jar).child("../../deliveries");
    }

    /** For this request alone; need not exist. */
    FilePath of(RunRequest request) {
        return directory.child(request.key());
    }

    /**
     * Removes what was left behind, a week after it came: its request was given up, or its build was ended by force. What
     * cannot be removed is logged, and keeps no request from being submitted.
     *
     * @param current its own delivery stays
     */
    void removeForgotten(RunRequest current) throws InterruptedException {
        try {
            if (!directory.isDirectory()) {
                return;
            }
            long oldest = System.currentTimeMillis() - FORGOTTEN.toMillis();
            for (FilePath delivery : directory.listDirectories()) {
                if (delivery.lastModified() < oldest && !delivery.getName().equals(current.key())) {
                    delivery.deleteRecursive();
                }
            }
        } catch (IOException e) {
            LOGGER.log(
                    Level.WARNING,
                    e,
                    () -> "Old deliveries in " + directory.getRemote() + " on " + Agents.displayName(current.node())
                            + " cannot be removed. Remove them by hand.");
        }
    }
}
