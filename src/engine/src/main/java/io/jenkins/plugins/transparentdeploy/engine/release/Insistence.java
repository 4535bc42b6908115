package io.jenkins.plugins.transparentdeploy.engine.release;

/** What somebody insists on although it is refused otherwise; recorded with the release. */
public enum Insistence {
    /** Managed paths are not as the last release left them. They are snapshotted before they are overwritten. */
    DRIFT,
    /** The environment is frozen. */
    FREEZE,
    /** The way back leads across an operation that cannot be taken back. */
    ONE_WAY
}
