/**
 * Bringing back a state: by hand, by itself when a release turns out bad, and after a crash. A rollback runs the phases
 * of a deployment with another middle, is verified by asking the serving state, and once begun is always finished.
 */
package io.jenkins.plugins.transparentdeploy.engine.rollback;
