package io.jenkins.plugins.transparentdeploy.engine.target.command;

import io.jenkins.plugins.transparentdeploy.engine.host.CommandResult;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** What a target of commands needs from those who release: something that runs them, and what they are run for. */
public interface CommandRunner {
    /**
     * Runs a command to its end. What it said comes without secrets.
     *
     * @throws io.jenkins.plugins.transparentdeploy.engine.RefusedException when it could not be started, and so did nothing
     * @throws InterruptedException when somebody asks to give up meanwhile; it is killed then
     */
    CommandResult run(TargetCommand command) throws IOException, InterruptedException;

    /** The same words without secrets. */
    List<String> scrub(List<String> words);

    /** Tells whoever watches that a command begins or has ended. */
    void tell(String act, boolean done, String more);

    /** Tells whoever watches something worth looking at. */
    void warn(String message);

    /** The release whose content is live, as the history has it; without id and version if none is. */
    Coming live() throws IOException;

    /** Whose content is brought now, as the run of this id has it. */
    Coming coming(String releaseId) throws IOException;

    /**
     * A release whose content is brought to a target.
     *
     * @param release its id; empty when nothing was live before the first release
     * @param version its version; empty as well then
     * @param back whether it comes back, rather than for the first time
     * @param byHand whether somebody asked for that: because something is wrong, whatever is remembered
     */
    record Coming(Optional<String> release, String version, boolean back, boolean byHand) {}
}
