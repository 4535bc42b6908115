package io.jenkins.plugins.transparentdeploy.engine.journal;

/** What can be done about an operation once it is done. */
public enum Reversibility {
    /** Its inverse restores exactly what was there. */
    REVERSIBLE,
    /** Something else makes up for it, such as starting what was stopped. */
    COMPENSABLE,
    /** Nothing does: a point of no return. */
    ONE_WAY
}
