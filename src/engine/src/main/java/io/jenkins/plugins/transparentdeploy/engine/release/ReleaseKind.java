package io.jenkins.plugins.transparentdeploy.engine.release;

/** How a release came to be. */
public enum ReleaseKind {
    /** New content was deployed. */
    DEPLOYMENT,
    /** An earlier release, or a rollback point, was brought back by hand. */
    ROLLBACK,
    /** What was live before the first deployment, so that there is something to go back to. */
    ADOPTION
}
