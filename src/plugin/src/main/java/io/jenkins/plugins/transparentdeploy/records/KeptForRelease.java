package io.jenkins.plugins.transparentdeploy.records;

import hudson.model.InvisibleAction;

/** Remembers that a build is kept because of its release, and not because a person wanted it. */
final class KeptForRelease extends InvisibleAction {
    private final String releaseId;

    KeptForRelease(String releaseId) {
        this.releaseId = releaseId;
    }

    String releaseId() {
        return releaseId;
    }
}
