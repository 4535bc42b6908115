package io.jenkins.plugins.transparentdeploy.engine.service;

import io.jenkins.plugins.transparentdeploy.engine.check.Check;
import java.time.Duration;

/**
 * When an instance counts as ready.
 *
 * @param check what is asked
 * @param successes how many times in a row it must pass
 * @param timeout how long it may take until then
 */
public record ReadyDefinition(Check check, int successes, Duration timeout) {}
