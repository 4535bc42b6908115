/**
 * Ten thousand releases in minutes: the real {@link io.jenkins.plugins.transparentdeploy.engine.analysis.Analysis} on a virtual
 * clock, in front of services that are modelled. {@link io.jenkins.plugins.transparentdeploy.demo.simulation.Noise} says what a
 * healthy service is like, {@link io.jenkins.plugins.transparentdeploy.demo.simulation.Fault} how a release makes it worse,
 * {@link io.jenkins.plugins.transparentdeploy.demo.simulation.SimulatedService} counts as a load balancer would, and
 * {@link io.jenkins.plugins.transparentdeploy.demo.simulation.Trial} lets many releases be judged.
 */
package io.jenkins.plugins.transparentdeploy.demo.simulation;
