/**
 * Where a target lives: running a command to its end, and starting a process that outlives whoever started it. A
 * {@link io.jenkins.plugins.transparentdeploy.engine.host.Host} is the machine itself, or one that is reached by a shell;
 * the contract suite of this package is what each kind has to pass.
 */
package io.jenkins.plugins.transparentdeploy.engine.host;
