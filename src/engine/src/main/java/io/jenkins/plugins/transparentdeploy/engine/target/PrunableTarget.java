package io.jenkins.plugins.transparentdeploy.engine.target;

import io.jenkins.plugins.transparentdeploy.engine.journal.Journal;
import java.io.IOException;
import java.util.List;
import java.util.Set;

/** A target that keeps releases beside the live one, and so has old ones to remove. */
public interface PrunableTarget extends Target {
    /**
     * Removes the oldest releases until as many are left as it is to keep. Idempotent; may be killed at any point.
     *
     * @param retained names of directories that stay whatever their age; the live one always does
     * @return the names of what was removed
     * @throws io.jenkins.plugins.transparentdeploy.engine.RefusedException if something is mounted in one of them, which stays;
     *     the others were removed
     */
    List<String> prune(String instance, Set<String> retained, Journal journal) throws IOException;
}
