/**
 * HAProxy, steered through its runtime API: the socket that {@code stats socket … level admin} opens. Nothing is reloaded
 * and nothing in its configuration is written.
 *
 * <p>A weight of 0 is HAProxy's state {@code maint}, not {@code drain}: a drained server still gets the requests of those
 * whom a cookie sends to it. Requests that it is answering go on in both. Other weights are a quarter of ours, for
 * HAProxy's end at 256.
 *
 * <p>HAProxy forgets all that with its process. What differs from its configuration is therefore written to a file, in the
 * form that it reads at its start ({@code load-server-state-from-file local}).
 */
package io.jenkins.plugins.transparentdeploy.engine.loadbalancer.haproxy;
