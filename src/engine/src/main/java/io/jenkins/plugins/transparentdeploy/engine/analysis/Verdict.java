package io.jenkins.plugins.transparentdeploy.engine.analysis;

/** What an analysis comes to. */
public enum Verdict {
    /** Enough was seen, and it was good. */
    PASS,
    /** Enough was seen, and it was not good enough. */
    FAIL,
    /** Not enough was seen to say. */
    INCONCLUSIVE
}
