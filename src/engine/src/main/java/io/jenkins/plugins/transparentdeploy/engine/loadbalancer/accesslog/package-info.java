/** Counts requests by what a load balancer logs of each, wherever its log is moved to meanwhile. */
package io.jenkins.plugins.transparentdeploy.engine.loadbalancer.accesslog;
