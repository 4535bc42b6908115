/**
 * Strategies: in which order the instances of a service are taken out, changed and brought back. A strategy knows the
 * protocol and nothing else; what "put" means (the new release, or the state to go back to) is its caller's.
 */
package io.jenkins.plugins.transparentdeploy.engine.strategy;
