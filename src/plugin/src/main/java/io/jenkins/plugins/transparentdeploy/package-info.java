/**
 * The Jenkins side of Transparent Deploy: thin adapters around {@code tdeploy}, which does the work as a detached
 * process on the agent. Only what Jenkins alone can do is here: steps, records in builds, permissions and pages.
 *
 * <p>Everything is non-null unless it is annotated {@code CheckForNull}.
 */
package io.jenkins.plugins.transparentdeploy;
