/**
 * The Pipeline steps. Each starts a detached run of {@code tdeploy} on the agent and follows it: {@code start()} does
 * no I/O, a restart of the controller or a lost connection only interrupts the following.
 */
package io.jenkins.plugins.transparentdeploy.steps;
