/**
 * nginx, steered by a file of its configuration that is ours: one {@code upstream} block. A change is: the new file beside
 * a note of the old one, {@code nginx -t}, a reload, and then looking whether it happened: a reload's exit code only says
 * that a signal was sent. New worker processes have taken over when there are some and none of the old ones still accepts
 * connections; a drained server has nothing in flight any more when the old ones are gone. Looking at their connections
 * would tell less: one that is still reading a request's body has not connected to the server yet, and will.
 *
 * <p>The note ({@code .<file>.pending}, the old content) is there for as long as nginx may have something else than the
 * file says. Whoever finds one finishes the change first.
 */
package io.jenkins.plugins.transparentdeploy.engine.loadbalancer.nginx;
