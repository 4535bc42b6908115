/**
 * {@code tdeploy} on an agent: how it gets there, how a run of it is submitted, followed and stopped.
 *
 * <p>A run is a directory on the agent, not a process of Jenkins's: it goes on when the channel breaks, the controller
 * restarts or the build ends. What is kept of it here is a {@link
 * io.jenkins.plugins.transparentdeploy.agent.DetachedRun}, a small serialisable handle; everything else is read again
 * from the directory. Only JDK types and the types of this package cross the channel.
 */
package io.jenkins.plugins.transparentdeploy.agent;
