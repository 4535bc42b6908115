/**
 * What divides traffic between instances, as a release sees it: a
 * {@link io.jenkins.plugins.transparentdeploy.engine.loadbalancer.LoadBalancer} shifts weight from one backend to
 * another, says when nothing is in flight, and counts. What it can do differs from kind to kind, so each declares it.
 *
 * <p>Taking an instance out of service unnoticed is: weight 0, {@code awaitIdle}, stop. A request that has been given to
 * a backend before the weight changed is counted as in flight there, so that none falls between the two.
 */
package io.jenkins.plugins.transparentdeploy.engine.loadbalancer;
