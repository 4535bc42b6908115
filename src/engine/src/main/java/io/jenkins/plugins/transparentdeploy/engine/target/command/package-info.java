/**
 * Targets that are no directory: what is live there is changed by commands of the service's author, and cannot be looked at.
 * So such a target remembers what it made live, and from when a command is begun until it has ended well it knows that it
 * does not know: whatever is wanted next, a command is run for it. Commands run at least once, and have to bear it.
 *
 * <p>A release's content and a captured state are both manifests; a captured state says of itself that it is one, in an entry
 * that no release may have ({@link io.jenkins.plugins.transparentdeploy.engine.target.command.CapturedState}).
 */
package io.jenkins.plugins.transparentdeploy.engine.target.command;
