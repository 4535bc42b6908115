package io.jenkins.plugins.transparentdeploy.engine.release;

import java.util.Optional;

/**
 * What somebody wants released, or brought back.
 *
 * @param version what people call it
 * @param commit the source it was built from
 * @param reason why, in the asker's words
 * @param force go on although managed paths were changed by somebody else; they are snapshotted first
 */
public record ReleaseRequest(
        String version, Optional<String> commit, Actor actor, Optional<String> reason, boolean force) {}
