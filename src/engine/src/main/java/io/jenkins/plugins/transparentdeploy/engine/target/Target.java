package io.jenkins.plugins.transparentdeploy.engine.target;

import io.jenkins.plugins.transparentdeploy.engine.CorruptStateException;
import io.jenkins.plugins.transparentdeploy.engine.RefusedException;
import io.jenkins.plugins.transparentdeploy.engine.journal.Journal;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.Delta;
import io.jenkins.plugins.transparentdeploy.engine.snapshot.Manifest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What is deployed to. One process at a time uses a target: callers hold the lock of its service and environment. What is
 * not managed is never read, changed or deleted; directories that are excluded or shared by name are made when missing.
 */
public interface Target {
    /** What it is called in a service file, such as {@code directory}. */
    String kind();

    /** Where it is. */
    Path root();

    /**
     * Refuses a target that could not be deployed to, having touched nothing.
     *
     * @throws RefusedException if it is missing, no directory, a link, a mount point, or not writable
     */
    void check() throws IOException;

    /**
     * Makes the target this controller's, before anything on its host is stopped or changed for a release. Idempotent.
     *
     * @throws RefusedException if it is another controller's
     */
    default void claim() throws IOException {
        // On this machine the lock of the environment keeps others away.
    }

    /** @throws RefusedException if this many bytes cannot be written to the target's filesystem */
    void requireSpace(long bytes) throws IOException;

    /** The part of a manifest that this target would have: without what it does not manage. */
    Manifest managedPart(Manifest manifest);

    /**
     * What would be live once a release of this content is: its managed part, with whatever else the target keeps of a
     * release, in the store on return.
     *
     * @throws RefusedException if it cannot be released there
     */
    default Manifest released(Manifest content) throws IOException {
        return managedPart(content);
    }

    /** What a person should know before a release, as sentences without a full stop. Changes nothing. */
    default List<String> warnings() throws IOException {
        return List.of();
    }

    /**
     * What stays of a release when it is gone back to a state, because nothing could take it away; a part of a sentence.
     * Empty where all of it is as it was then.
     *
     * @param wanted the state that is gone back to; empty if that was before the first release
     */
    default Optional<String> leftBehind(Manifest wanted) throws IOException {
        return Optional.empty();
    }

    /**
     * What {@link #apply} would change that {@link #plan} cannot know, found out by a trial run, a line each for people.
     * Takes its time; changes nothing.
     *
     * @param version of the release that it would be
     */
    default List<String> outlook(Manifest wanted, String version) throws IOException {
        return List.of();
    }

    /**
     * Captures the live managed state into the store; durable on return. Empty if nothing is live.
     *
     * @throws RefusedException if it holds something that cannot be kept
     */
    Manifest capture() throws IOException;

    /** What {@link #apply} would do. Changes nothing. */
    Delta plan(Manifest wanted) throws IOException;

    /**
     * Makes an {@link #apply} of the same ready, as far as nobody notices: new content is brought near, so that it takes less
     * time. Idempotent, and needs not be asked for. What is not applied then is gone at the latest when something else is.
     *
     * @param releaseId as for {@link #apply}
     * @throws RefusedException as {@link #apply}
     * @throws CorruptStateException as {@link #apply}
     */
    default void stage(String instance, Manifest wanted, String releaseId) throws IOException {}

    /**
     * Makes the wanted state live, whatever is live now, and proves it by content root. Idempotent: to be called again
     * after any failure or crash, with the same manifest to finish or with the one before to go back.
     *
     * @param instance name of the instance, for the journal
     * @param wanted what is to be live; what of it is not managed is left out
     * @param releaseId the release whose segment is open in the journal
     * @return what differed
     * @throws RefusedException if nothing was touched because nothing can be
     * @throws CorruptStateException if the content is not in the store as it should be; nothing was touched
     * @throws IOException if it failed on the way; the journal says where
     */
    Delta apply(String instance, Manifest wanted, String releaseId, Journal journal) throws IOException;

    /**
     * Writes into the journal what became of operations that a release left open because it could neither finish nor say so:
     * done or abandoned, by what is live. {@link #apply} does that for its own release. Changes nothing else.
     *
     * @param releaseId the release that left them, whose segment is open in the journal
     * @throws IOException if the live state cannot be read; they may be open still
     */
    void settle(String instance, String releaseId, Journal journal) throws IOException;

    /**
     * What somebody else changed: paths whose live content is that of none of these manifests. A deployment that stopped
     * half way has each path as before or as after, so it is no drift from the two. Modes, times and owners do not count.
     *
     * @param acceptable at least one
     * @return sorted by path; empty if there is none
     */
    List<Drift> drift(Manifest... acceptable) throws IOException;
}
