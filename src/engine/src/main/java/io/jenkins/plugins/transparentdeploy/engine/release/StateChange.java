package io.jenkins.plugins.transparentdeploy.engine.release;

import java.time.Instant;

/** When a release came into a state, and why. */
public record StateChange(ReleaseState state, Instant at, String reason) {}
