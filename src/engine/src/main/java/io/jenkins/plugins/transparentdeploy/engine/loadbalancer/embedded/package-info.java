/**
 * A load balancer of our own, for demonstrations, tests and services that have none: an HTTP/1.1 reverse proxy in a
 * process of its own, and a client that steers it through a Unix-domain socket.
 *
 * <p>It never sends a request twice. A backend is chosen and its in-flight count raised in one step, under the lock that
 * also guards the weights; so once a weight of 0 is set and the count is zero, nothing can reach the backend any more.
 * Connections to backends are pooled for a moment only, shorter than any server keeps them, so that no request is
 * written into a connection that its server is just closing.
 */
package io.jenkins.plugins.transparentdeploy.engine.loadbalancer.embedded;
