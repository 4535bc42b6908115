/**
 * Releases: the records of what was deployed, when, by whom and what came of it, the history of a service in an
 * environment, and the run that turns one release into the next, {@code V(n+1) = f(V(n), Δ)}.
 */
package io.jenkins.plugins.transparentdeploy.engine.release;
