package io.jenkins.plugins.transparentdeploy.agent;

import hudson.FilePath;
import java.io.IOException;
import java.io.Serializable;
import java.util.Optional;

/** What has to be on the host before a request can be submitted there. It is taken away when the request has been seen through. */
public interface Delivery extends Serializable {
    /**
     * Brings it, and says in the request where it is. Idempotent: what is there already, whole, stays as it is.
     *
     * @param request names the node that it goes to
     * @param directory on the host, for this delivery alone and readable by its owner only; need not exist
     * @return why nothing will be submitted, for people; empty if it can be
     * @throws IOException if it cannot be had, or not be brought
     */
    Optional<String> bring(RunRequest request, FilePath directory) throws IOException, InterruptedException;
}
