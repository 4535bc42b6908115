package io.jenkins.plugins.transparentdeploy.engine.release;

import java.util.Optional;
import java.util.Set;

/**
 * What somebody wants released, or brought back.
 *
 * @param version what people call it
 * @param commit the source it was built from
 * @param reason why, in the asker's words
 * @param insistences what to do although it is refused otherwise
 */
public record ReleaseRequest(
        String version, Optional<String> commit, Actor actor, Optional<String> reason, Set<Insistence> insistences) {

    public ReleaseRequest {
        insistences = Set.copyOf(insistences);
    }

    /** @param force whether to insist on {@link Insistence#DRIFT} */
    public ReleaseRequest(
            String version, Optional<String> commit, Actor actor, Optional<String> reason, boolean force) {
        this(version, commit, actor, reason, force ? Set.of(Insistence.DRIFT) : Set.of());
    }

    /** Whether to go on although managed paths were changed by somebody else; they are snapshotted first. */
    public boolean force() {
        return insistsOn(Insistence.DRIFT);
    }

    public boolean insistsOn(Insistence insistence) {
        return insistences.contains(insistence);
    }

    /** The same, called by another version. */
    ReleaseRequest of(String otherVersion) {
        return new ReleaseRequest(otherVersion, commit, actor, reason, insistences);
    }
}
